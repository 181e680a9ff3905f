import { readFileSync } from 'node:fs';

/** Snippets of a `.corpus` file; a line `%%` stands between two. */
export function loadCorpus(name: string): string[] {
  const text = readFileSync(new URL(`./${name}.corpus`, import.meta.url), 'utf8');
  return text.split(/^%%\n/m).map((snippet) => snippet.replace(/\n$/, ''));
}
