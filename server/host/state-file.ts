import type { Files } from './files/files.ts';

/** What a file that keeps a state of the kernel says; undefined: it is not there, or somebody has spoilt it. */
export function readState(fs: Files, path: string): unknown {
  if (!fs.isFile(path)) return undefined;
  try {
    return JSON.parse(fs.read(path));
  } catch {
    return undefined;
  }
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
