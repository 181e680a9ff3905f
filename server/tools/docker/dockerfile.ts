import { DockerError } from './call.ts';

/** One instruction of a Dockerfile. */
export interface Instruction {
  readonly keyword: string;
  /** Flags such as `--from=builder`. */
  readonly flags: ReadonlyMap<string, string>;
  /** What follows, as it stands there. */
  readonly text: string;
  readonly line: number;
}

const KNOWN = [
  'FROM',
  'MAINTAINER',
  'LABEL',
  'USER',
  'WORKDIR',
  'EXPOSE',
  'COPY',
  'ADD',
  'RUN',
  'ENTRYPOINT',
  'CMD',
  'ENV',
  'ARG',
  'VOLUME',
  'STOPSIGNAL',
  'SHELL',
  'HEALTHCHECK',
  'ONBUILD',
];

/** Reads a Dockerfile. Throws DockerError in the words of its parser. */
export function parseDockerfile(text: string, name: string): Instruction[] {
  const out: Instruction[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = i + 1;
    let whole = lines[i] as string;
    if (/^\s*(#|$)/.test(whole)) continue;
    while (/\\\s*$/.test(whole) && i + 1 < lines.length) {
      const next = lines[++i] as string;
      whole = whole.replace(/\\\s*$/, /^\s*#/.test(next) ? '\\' : next);
    }
    const [, keyword = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/s.exec(whole) ?? [];
    const upper = keyword.toUpperCase();
    if (!KNOWN.includes(upper))
      throw new DockerError(
        `Error response from daemon: dockerfile parse error line ${line}: unknown instruction: ${keyword}`,
      );
    const flags = new Map<string, string>();
    let words = rest;
    for (
      let flag = /^--([a-z-]+)(?:=(\S*))?\s+/.exec(words);
      flag;
      flag = /^--([a-z-]+)(?:=(\S*))?\s+/.exec(words)
    ) {
      flags.set(flag[1] as string, flag[2] ?? '');
      words = words.slice(flag[0].length);
    }
    if (words === '')
      throw new DockerError(
        `Error response from daemon: dockerfile parse error line ${line}: ${upper} requires at least one argument`,
      );
    out.push({ keyword: upper, flags, text: words, line });
  }
  if (out.length === 0) throw new DockerError(`Error response from daemon: file with no instructions`);
  if (out[0]?.keyword !== 'FROM' && out[0]?.keyword !== 'ARG')
    throw new DockerError(`Error response from daemon: no build stage in current context (${name})`);
  return out;
}

/** `["a", "b"]`, or undefined for a line that is meant for a shell. */
export function execForm(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((word) => typeof word === 'string')
      ? (value as string[])
      : undefined;
  } catch {
    return undefined;
  }
}

/** Words, with quotes taken off. */
export function words(text: string): string[] {
  const found = text.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  return found.map((word) =>
    word.replace(
      /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g,
      (_all, a?: string, b?: string, c?: string) => a ?? b ?? c ?? '',
    ),
  );
}

/** `$NAME`, `${NAME}`, `${NAME:-default}` replaced by what was set so far. */
export function substituted(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g,
    (_all, braced?: string, fallback?: string, bare?: string) => {
      const value = values.get(braced ?? bare ?? '');
      return value === undefined || value === '' ? (fallback ?? value ?? '') : value;
    },
  );
}
