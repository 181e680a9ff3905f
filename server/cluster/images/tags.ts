/**
 * The tags of a project's releases, each with the version it stands for: `{ '1.27': 5 }` is 1.27.0 … 1.27.5, `1.27` for
 * the last of them and `1` for the last minor release named first.
 */
export function releases(lastPatch: Readonly<Record<string, number>>): Map<string, string> {
  const tags = new Map<string, string>();
  for (const [minor, last] of Object.entries(lastPatch)) {
    const newest = `${minor}.${last}`;
    const major = minor.split('.')[0] as string;
    if (!tags.has(major)) tags.set(major, newest);
    tags.set(minor, newest);
    for (let patch = 0; patch <= last; patch++) tags.set(`${minor}.${patch}`, `${minor}.${patch}`);
  }
  return tags;
}

/** Every tag, and every tag with each of the endings: `1.27`, `1.27-alpine`. `latest` and a bare ending stand for `newest`. */
export function variants(
  tags: ReadonlyMap<string, string>,
  newest: string,
  endings: readonly string[] = [],
): Map<string, string> {
  const all = new Map<string, string>([['latest', newest], ...tags]);
  for (const ending of endings) {
    all.set(ending, newest);
    for (const [tag, version] of tags) all.set(`${tag}-${ending}`, version);
  }
  return all;
}
