/** True when a JSON value is nested deeper than `limit`. Looks without recursion: that is what deep values break. */
export function isDeeper(value: unknown, limit: number): boolean {
  let level: object[] = typeof value === 'object' && value !== null ? [value] : [];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > limit) return true;
    const next: object[] = [];
    for (const item of level) {
      for (const key in item) {
        const part = (item as Record<string, unknown>)[key];
        if (typeof part === 'object' && part !== null) next.push(part);
      }
    }
    level = next;
  }
  return false;
}
