import { encode } from '../../../host/index.ts';
import { GoStruct } from '../../go-template/values.ts';
import { yamlText } from '../functions/encodings.ts';
import type { ChartFile } from './chart.ts';

/** `.Files` of a chart. Models helm/pkg/engine/files.go. */
export function filesObject(files: readonly ChartFile[]): GoStruct {
  const items = Object.fromEntries(files.map(({ name, data }) => [name, data]));
  const get = (name: string) => (Object.hasOwn(items, name) ? (items[name] as string) : '');
  const named = (change: (data: string) => string) => {
    if (files.length === 0) return '';
    return yamlText(
      Object.fromEntries(files.map(({ name, data }) => [name.split('/').at(-1), change(data)])),
    );
  };
  return new GoStruct(
    'engine.files',
    {},
    {
      items,
      methods: {
        Get: get,
        GetBytes: get,
        Glob: (pattern: string) => filesObject(files.filter(({ name }) => matchesGlob(pattern, name))),
        AsConfig: () => named((data) => data),
        AsSecrets: () => named((data) => Buffer.from(encode(data)).toString('base64')),
        Lines: (name: string) => {
          const text = get(name);
          return text === '' ? [] : (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
        },
      },
    },
  );
}

/** Most alternatives that braces of a pattern unfold to. */
const MOST_ALTERNATIVES = 100;

/** Models gobwas/glob with `/` as separator: `*` stays in a folder, `**` does not. */
export function matchesGlob(pattern: string, name: string): boolean {
  return unfolded(pattern).some((one) => matchFrom(one, name));
}

function unfolded(pattern: string): string[] {
  let all = [pattern];
  for (;;) {
    const next = all.flatMap((one) => {
      const match = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(one);
      if (!match) return [one];
      return (match[2] as string).split(',').map((choice) => `${match[1]}${choice}${match[3]}`);
    });
    if (next.length === all.length || next.length > MOST_ALTERNATIVES) return next;
    all = next;
  }
}

/** By a table of what is reached, so that no pattern takes long. */
function matchFrom(pattern: string, name: string): boolean {
  let reached = new Set([0]);
  for (let p = 0; p < pattern.length; ) {
    const next = new Set<number>();
    const deep = pattern.startsWith('**', p);
    const set = /^\[(!?)([^\]]+)\]/.exec(pattern.slice(p));
    const char = pattern[p] as string;
    for (const at of reached) {
      if (char === '*') {
        let end = at;
        next.add(end);
        while (end < name.length && (deep || name[end] !== '/')) next.add(++end);
      } else if (at < name.length && accepts(char, set, name[at] as string)) next.add(at + 1);
    }
    reached = next;
    p += deep ? 2 : set ? set[0].length : char === '\\' ? 2 : 1;
  }
  return reached.has(name.length);
}

function accepts(char: string, set: RegExpExecArray | null, is: string): boolean {
  if (char === '?') return is !== '/';
  if (!set) return char === is;
  const [, not, members = ''] = set;
  const range = /^(.)-(.)$/.exec(members);
  const within = range ? is >= (range[1] as string) && is <= (range[2] as string) : members.includes(is);
  return within !== (not === '!');
}
