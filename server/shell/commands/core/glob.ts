/** fnmatch(3): whether `name` matches a shell pattern, in time linear in both for each star. */
export function matchesGlob(
  pattern: string,
  name: string,
  options: { pathname?: boolean; ignoreCase?: boolean } = {},
): boolean {
  const fold = (text: string) => (options.ignoreCase ? text.toLowerCase() : text);
  return match(parse(fold(pattern)), [...fold(name)], options.pathname ?? false);
}

type Part = '*' | ((char: string) => boolean);

function parse(pattern: string): Part[] {
  const chars = [...pattern];
  const parts: Part[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] as string;
    if (char === '*') {
      if (parts.at(-1) !== '*') parts.push('*');
    } else if (char === '?') parts.push(() => true);
    else if (char === '[') {
      const set = bracket(chars, i);
      if (set) {
        parts.push(set.test);
        i = set.end;
      } else parts.push((c) => c === '[');
    } else if (char === '\\' && i + 1 < chars.length) {
      const literal = chars[++i];
      parts.push((c) => c === literal);
    } else parts.push((c) => c === char);
  }
  return parts;
}

const CLASSES: Record<string, RegExp> = {
  alpha: /\p{L}/u,
  digit: /[0-9]/,
  alnum: /[\p{L}\p{N}]/u,
  upper: /\p{Lu}/u,
  lower: /\p{Ll}/u,
  space: /\s/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9A-Fa-f]/,
  print: /[ -~\u00a0-\uffff]/,
  cntrl: /[\x00-\x1f\x7f]/,
};

function bracket(
  chars: readonly string[],
  start: number,
): { test: (c: string) => boolean; end: number } | undefined {
  let i = start + 1;
  const negate = chars[i] === '!' || chars[i] === '^';
  if (negate) i++;
  const tests: ((c: string) => boolean)[] = [];
  for (let first = true; chars[i] !== ']' || first; first = false) {
    if (i >= chars.length) return undefined;
    const named = /^\[:(\w+):\]/.exec(chars.slice(i, i + 12).join(''));
    const regex = named && CLASSES[named[1] as string];
    if (named && regex) {
      tests.push((c) => regex.test(c));
      i += named[0].length;
      continue;
    }
    if (chars[i] === '\\' && i + 1 < chars.length) i++;
    const low = chars[i] as string;
    const isRange = chars[i + 1] === '-' && chars[i + 2] !== undefined && chars[i + 2] !== ']';
    const high = isRange ? (chars[i + 2] as string) : low;
    tests.push((c) => c >= low && c <= high);
    i += isRange ? 3 : 1;
  }
  return { test: (c) => tests.some((test) => test(c)) !== negate, end: i };
}

function match(parts: readonly Part[], name: readonly string[], pathname: boolean): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < name.length) {
    const part = parts[p];
    const char = name[n] as string;
    const blocked = pathname && char === '/';
    if (part === '*') {
      star = p++;
      mark = n;
    } else if (part?.(char) && (!blocked || part('/'))) {
      p++;
      n++;
    } else if (star >= 0 && !(pathname && name[mark] === '/')) {
      p = star + 1;
      n = ++mark;
    } else return false;
  }
  while (parts[p] === '*') p++;
  return p === parts.length;
}
