/** True when a JSON value is nested deeper than `limit`. Goes no deeper itself: that is what deep values break. */
export function isDeeper(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && isDeeper(item, limit - 1)) return true;
    return false;
  }
  for (const key in value) {
    const part = (value as Record<string, unknown>)[key];
    if (typeof part === 'object' && isDeeper(part, limit - 1)) return true;
  }
  return false;
}
