import { globMatch } from '../../../host/index.ts';

interface Rule {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  readonly matches: (path: string) => boolean;
}

/** Whether a `.helmignore` leaves a path out. Models helm/internal/ignore Rules. */
export function ignoreRules(text: string): (path: string, isFolder: boolean) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(rule);
  rules.push(rule('templates/.?*'));
  return (path, isFolder) => {
    if (path === '' || path === '.' || path === './') return false;
    for (const { negated, foldersOnly, matches } of rules) {
      if (negated) {
        if (foldersOnly && !isFolder) return true;
        if (!matches(path)) return true;
      } else if (!(foldersOnly && !isFolder) && matches(path)) return true;
    }
    return false;
  };
}

function rule(line: string): Rule {
  const negated = line.startsWith('!');
  const written = negated ? line.slice(1) : line;
  const foldersOnly = written.endsWith('/');
  const pattern = foldersOnly ? written.slice(0, -1) : written;
  if (pattern.startsWith('/'))
    return { negated, foldersOnly, matches: (path) => globMatch(pattern.slice(1), path) };
  if (pattern.includes('/')) return { negated, foldersOnly, matches: (path) => globMatch(pattern, path) };
  return {
    negated,
    foldersOnly,
    matches: (path) => globMatch(pattern, path.slice(path.lastIndexOf('/') + 1)),
  };
}
