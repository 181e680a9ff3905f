/** What the help says of a flag, where all commands mean the same; `path flag` overrides. */
const TEXTS: Readonly<Record<string, string>> = {};

export function flagText(path: string, flag: string): string {
  return TEXTS[`${path} ${flag}`] ?? TEXTS[flag] ?? '';
}
