const CLASSES: Record<string, string> = {
  alnum: '\\p{L}\\p{Nd}',
  alpha: '\\p{L}',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: '\\p{Ll}',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: '\\p{Lu}',
  xdigit: '0-9A-Fa-f',
};

/** Nested repetition over the same text can take exponential time; such expressions are refused. */
const BOMB = /\([^()]*[*+][^()]*\)[*+{]/;

/** A POSIX extended regular expression as a JavaScript one; undefined when it is not valid. */
export function compileRegex(source: string, ignoreCase = false): RegExp | undefined {
  if (BOMB.test(source.replace(/\\./g, ''))) return undefined;
  try {
    return new RegExp(translate(source), ignoreCase ? 'ui' : 'u');
  } catch {
    return undefined;
  }
}

function translate(source: string): string {
  let out = '';
  for (let i = 0; i < source.length; ) {
    const char = source[i] as string;
    if (char === '[') {
      const set = bracket(source, i);
      out += set.text;
      i = set.end;
    } else if (char === '\\') {
      out += escapeOf(source[i + 1]);
      i += 2;
    } else if (char === '{' && !/^\{\d+(?:,\d*)?\}/.test(source.slice(i))) {
      out += '\\{';
      i++;
    } else if (char === '}' && !/\{\d+(?:,\d*)?$/.test(source.slice(0, i))) {
      out += '\\}';
      i++;
    } else if (char === ']') {
      out += '\\]';
      i++;
    } else {
      out += char;
      i++;
    }
  }
  return out;
}

function escapeOf(char: string | undefined): string {
  if (char === undefined) throw new SyntaxError('trailing backslash');
  if (char === '<') return '\\b(?=[\\p{L}\\p{Nd}_])';
  if (char === '>') return '\\b(?<=[\\p{L}\\p{Nd}_])';
  if (/[wWsSbB]/.test(char)) return `\\${char}`;
  return /[.[\](){}\\*+?^$|/]/.test(char) ? `\\${char}` : char;
}

function bracket(source: string, start: number): { text: string; end: number } {
  let i = start + 1;
  let out = '[';
  if (source[i] === '^') {
    out += '^';
    i++;
  }
  for (let first = true; ; first = false) {
    const char = source[i];
    if (char === undefined) throw new SyntaxError('unmatched [');
    if (char === ']' && !first) break;
    const named = /^\[:(\w+):\]/.exec(source.slice(i));
    if (named) {
      const members = CLASSES[named[1] as string];
      if (!members) throw new SyntaxError('unknown class');
      out += members;
      i += named[0].length;
    } else if (char === '-' && !first && source[i + 1] !== ']') {
      out += '-';
      i++;
    } else {
      out += /[\\\]^[&|~-]/.test(char) ? `\\${char}` : char;
      i++;
    }
  }
  return { text: `${out}]`, end: i + 1 };
}
