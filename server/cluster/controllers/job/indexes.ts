/** Label and annotation of a pod that works on one index of a job. */
export const INDEX = 'batch.kubernetes.io/job-completion-index';

/** `1,3-5` as a set of numbers. */
export function parseIndexes(text: string | undefined): Set<number> {
  const found = new Set<number>();
  for (const part of (text ?? '').split(',')) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (!range) continue;
    const first = Number(range[1]);
    const last = Number(range[2] ?? range[1]);
    for (let index = first; index <= last; index++) found.add(index);
  }
  return found;
}

/** The shortest text for a set of indexes. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    const first = sorted[i] as number;
    let end = i;
    while (sorted[end + 1] === (sorted[end] as number) + 1) end++;
    const last = sorted[end] as number;
    parts.push(last === first ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`);
    i = end + 1;
  }
  return parts.join(',');
}
