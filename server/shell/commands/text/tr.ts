import { quote } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';

const CLASSES: Record<string, RegExp> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t-\r ]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

const ESCAPES: Record<string, string> = {
  '\\': '\\',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** A set of tr: its characters in order, the class it was written as, and where `[x*]` fills up. */
interface CharSet {
  chars: string[];
  /** Named classes in it, by their position. */
  classes: { name: string; at: number }[];
  fill: { at: number; char: string } | undefined;
}

export const tr = tool({
  name: 'tr',
  summary: 'translate, squeeze, or delete characters',
  usage: '[OPTION]... STRING1 [STRING2]',
  options: 'c|C|complement d|delete s|squeeze-repeats t|truncate-set1',
  inOrder: true,
  *run(call) {
    const convert = converter(call);
    let last = '';
    for (;;) {
      const piece = yield* call.stdin.chunk();
      if (piece === '') return 0;
      let out = '';
      for (const char of piece) {
        const made = convert.map(char);
        if (made === undefined || (made === last && convert.squeezes(made))) continue;
        out += made;
        last = made;
      }
      yield* call.print(out);
    }
  },
});

function converter(call: Call) {
  const { options, operands } = call;
  const [one, two] = operands;
  const [remove, squeeze] = [options.has('d'), options.has('s')];
  if (one === undefined) call.misuse('missing operand');
  if (two === undefined && remove === squeeze) {
    const why = remove
      ? 'Two strings must be given when both deleting and squeezing repeats.'
      : 'Two strings must be given when translating.';
    call.misuse(`missing operand after ${quote(one)}\n${why}`);
  }
  if (two !== undefined && remove && !squeeze)
    call.misuse(
      `extra operand ${quote(two)}\nOnly one string may be given when deleting without squeezing repeats.`,
    );
  if (operands.length > 2) call.misuse(`extra operand ${quote(operands[2] as string)}`);
  const set1 = parseSet(one);
  const set2 = two === undefined ? undefined : parseSet(two);
  const complement = options.has('c');
  const chars = new Set(set1.chars);
  const inOne = (char: string) => chars.has(char) !== complement;
  if (remove) {
    const squeezed = new Set(set2?.chars);
    return { map: (c: string) => (inOne(c) ? undefined : c), squeezes: (c: string) => squeezed.has(c) };
  }
  if (!set2) return { map: (c: string) => c, squeezes: (c: string) => squeeze && inOne(c) };
  const map = translation(call, set1, set2, complement);
  const squeezed = new Set(set2.chars);
  return { map, squeezes: (c: string) => squeeze && squeezed.has(c) };
}

function translation(call: Call, set1: CharSet, set2: CharSet, complement: boolean): (c: string) => string {
  for (const { name } of set2.classes) {
    if (name !== 'upper' && name !== 'lower')
      throw new Failure(
        "when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'",
      );
  }
  if (set2.classes.length > 0 && !complement) {
    const aligned = set2.classes.every((b) =>
      set1.classes.some((a) => a.at === b.at && /upper|lower/.test(a.name)),
    );
    if (!aligned) throw new Failure('misaligned [:upper:] and/or [:lower:] construct');
  }
  const target = [...set2.chars];
  if (set2.fill) {
    const lack = Math.max(0, (complement ? 256 : set1.chars.length) - target.length);
    target.splice(set2.fill.at, 0, ...Array<string>(lack).fill(set2.fill.char));
  }
  const last = target.at(-1);
  if (last === undefined) {
    if (call.options.has('t') || set1.chars.length === 0) return (c) => c;
    throw new Failure('when not truncating set1, string2 must be non-empty');
  }
  if (complement) {
    const chars = new Set(set1.chars);
    return (c) => (chars.has(c) ? c : last);
  }
  const map = new Map<string, string>();
  set1.chars.forEach((char, i) => {
    if (i < target.length || !call.options.has('t')) map.set(char, target[i] ?? last);
  });
  return (c) => map.get(c) ?? c;
}

function parseSet(text: string): CharSet {
  const set: CharSet = { chars: [], classes: [], fill: undefined };
  const tokens = unescapeSet(text);
  for (let i = 0; i < tokens.length; ) i = item(tokens, i, set);
  return set;
}

interface Token {
  char: string;
  escaped: boolean;
}

function unescapeSet(text: string): Token[] {
  const out: Token[] = [];
  const chars = [...text];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] as string;
    if (char !== '\\' || i === chars.length - 1) {
      out.push({ char, escaped: false });
      continue;
    }
    const octal = /^[0-3]?[0-7]{1,2}/.exec(chars.slice(i + 1, i + 4).join(''))?.[0];
    if (octal) {
      out.push({ char: String.fromCharCode(Number.parseInt(octal, 8)), escaped: true });
      i += octal.length;
    } else {
      const next = chars[++i] as string;
      out.push({ char: ESCAPES[next] ?? next, escaped: true });
    }
  }
  return out;
}

function item(tokens: readonly Token[], i: number, set: CharSet): number {
  const rest = tokens
    .slice(i)
    .map((t) => (t.escaped ? '\uffff' : t.char))
    .join('');
  const bracket = /^\[:([a-z]+):\]/.exec(rest);
  if (bracket) {
    addClass(set, bracket[1] as string);
    return i + bracket[0].length;
  }
  const repeat = /^\[.\*(\d*)\]/su.exec(rest);
  const [token, dash, high] = [tokens[i] as Token, tokens[i + 1], tokens[i + 2]];
  if (repeat) {
    const char = (tokens[i + 1] as Token).char;
    const digits = repeat[1] as string;
    const count = digits.startsWith('0') ? Number.parseInt(digits, 8) : Number(digits);
    if (count === 0) set.fill = { at: set.chars.length, char };
    else for (let n = 0; n < Math.min(count, 65_536); n++) set.chars.push(char);
    return i + [...repeat[0]].length;
  }
  const equivalence = /^\[=.=\]/su.exec(rest);
  if (equivalence) {
    set.chars.push((tokens[i + 2] as Token).char);
    return i + 5;
  }
  if (dash && !dash.escaped && dash.char === '-' && high) {
    const [from, to] = [token.char.codePointAt(0) as number, high.char.codePointAt(0) as number];
    if (from > to)
      throw new Failure(
        `range-endpoints of '${token.char}-${high.char}' are in reverse collating sequence order`,
      );
    for (let code = from; code <= to; code++) set.chars.push(String.fromCodePoint(code));
    return i + 3;
  }
  set.chars.push(token.char);
  return i + 1;
}

function addClass(set: CharSet, name: string): void {
  const test = CLASSES[name];
  if (!test) throw new Failure(`invalid character class ${quote(name)}`);
  set.classes.push({ name, at: set.chars.length });
  for (let code = 0; code < 128; code++) {
    const char = String.fromCharCode(code);
    if (test.test(char)) set.chars.push(char);
  }
}
