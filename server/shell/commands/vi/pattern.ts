import { Regex } from '../../regex/regex.ts';

/** Compiles a vim pattern (magic, `\v`, `\c`, `\C`). Throws RegexError. */
export function compilePattern(source: string, options: { ignoreCase: boolean; smartCase: boolean }): Regex {
  let text = source;
  let ignoreCase = options.ignoreCase && !(options.smartCase && /[A-Z]/.test(source.replace(/\\./g, '')));
  if (text.includes('\\c')) ignoreCase = true;
  if (text.includes('\\C')) ignoreCase = false;
  text = text.replace(/\\[cC]/g, '');
  const very = text.startsWith('\\v');
  if (/^\\[vmMV]/.test(text)) text = text.slice(2);
  return new Regex(very ? veryMagic(text) : magic(text), { extended: very, escapes: true, ignoreCase });
}

const ATOMS: Record<string, string> = {
  d: '[0-9]',
  D: '[^0-9]',
  a: '[A-Za-z]',
  A: '[^A-Za-z]',
  l: '[a-z]',
  u: '[A-Z]',
  x: '[0-9A-Fa-f]',
  s: '[ \t]',
  S: '[^ \t]',
  '=': '\\?',
};

/** To basic syntax. */
function magic(text: string): string {
  return text.replace(
    /\\\{([^}]*?)\\?\}|\\(.)|~/g,
    (all, count: string | undefined, char: string | undefined) => {
      if (count !== undefined) return `\\{${count.replace('-', '')}\\}`;
      if (char === undefined) return '~';
      return ATOMS[char] ?? all;
    },
  );
}

/** To extended syntax. */
function veryMagic(text: string): string {
  return text.replace(/\\(.)|[<>=]/g, (all, char: string | undefined) => {
    if (char === undefined) return all === '=' ? '?' : `\\${all}`;
    return char === '<' || char === '>' || char === '=' ? char : (ATOMS[char] ?? all);
  });
}

/** A replacement of `:s`: `&`, `\1`, `\r` for a line break, changes of case. */
export function expandReplacement(replacement: string, groups: readonly (string | undefined)[]): string {
  let out = '';
  let mode = 'E';
  let once = '';
  const add = (text: string) => {
    let made = mode === 'U' ? text.toUpperCase() : mode === 'L' ? text.toLowerCase() : text;
    if (once !== '' && made !== '') {
      made = (once === 'u' ? made.charAt(0).toUpperCase() : made.charAt(0).toLowerCase()) + made.slice(1);
      once = '';
    }
    out += made;
  };
  for (let i = 0; i < replacement.length; i++) {
    const char = replacement[i] as string;
    if (char === '&') add(groups[0] ?? '');
    else if (char !== '\\') add(char);
    else {
      const next = replacement[++i] ?? '\\';
      if (/\d/.test(next)) add(groups[Number(next)] ?? '');
      else if (next === 'r') out += '\n';
      else if (next === 'n') out += '\0';
      else if (next === 't') add('\t');
      else if ('UL'.includes(next)) mode = next;
      else if ('eE'.includes(next)) mode = 'E';
      else if ('ul'.includes(next)) once = next;
      else add(next);
    }
  }
  return out;
}
