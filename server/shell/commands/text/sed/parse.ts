import { Regex, RegexError } from '../../../regex/regex.ts';
import { Failure } from '../../core/tool.ts';
import type { Address, Piece, SedCommand, Substitution } from './script.ts';

export interface ScriptPart {
  readonly text: string;
  /** `-e expression #1`, or the name of a file. */
  readonly origin: string;
  readonly isFile: boolean;
}

/** Models sed's compile.c: a script to a flat list of commands with jumps resolved. */
export function parseScript(
  parts: readonly ScriptPart[],
  options: { extended: boolean; posix: boolean },
): SedCommand[] {
  const parser = new SedParser(options.extended);
  for (const part of joinParts(parts)) parser.read(part);
  return parser.finish();
}

/** An expression that ends in `a\` goes on in the next `-e`. */
function joinParts(parts: readonly ScriptPart[]): ScriptPart[] {
  const out: ScriptPart[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (last && !last.isFile && /(^|[^\\])(\\\\)*\\$/.test(last.text))
      out[out.length - 1] = { ...last, text: `${last.text}\n${part.text}` };
    else out.push(part);
  }
  return out;
}

class SedParser {
  readonly #extended: boolean;
  readonly #commands: SedCommand[] = [];
  readonly #blocks: { index: number; where: string }[] = [];
  readonly #labels = new Map<string, number>();
  #text = '';
  #at = 0;
  #part: ScriptPart = { text: '', origin: '', isFile: false };

  constructor(extended: boolean) {
    this.#extended = extended;
  }

  read(part: ScriptPart): void {
    this.#part = part;
    this.#text = part.text;
    this.#at = 0;
    for (;;) {
      this.#skip(/[\s;]/);
      if (this.#at >= this.#text.length) return;
      this.#command();
    }
  }

  finish(): SedCommand[] {
    const open = this.#blocks.at(-1);
    if (open) throw new Failure(`${this.#part.origin}, char 0: unmatched \`{'`);
    for (const command of this.#commands) {
      if (!'btT'.includes(command.name) || command.text === '') continue;
      const target = this.#labels.get(command.text);
      if (target === undefined) throw new Failure(`can't find label for jump to \`${command.text}'`, 4);
      command.target = target;
    }
    return this.#commands;
  }

  #fail(message: string): never {
    const { isFile, origin } = this.#part;
    if (isFile) {
      const line = this.#text.slice(0, this.#at).split('\n').length;
      throw new Failure(`file ${origin} line ${line}: ${message}`);
    }
    throw new Failure(`${origin}, char ${this.#at}: ${message}`);
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #skip(what: RegExp): void {
    while (this.#at < this.#text.length && what.test(this.#text[this.#at] as string)) this.#at++;
  }

  #command(): void {
    if (this.#peek() === '#') {
      this.#skip(/[^\n]/);
      return;
    }
    const from = this.#address(false);
    let to: Address | undefined;
    this.#skip(/[ \t]/);
    if (from && this.#peek() === ',') {
      this.#at++;
      this.#skip(/[ \t]/);
      to = this.#address(true);
      if (!to) {
        this.#at++;
        this.#fail("unexpected `,'");
      }
    }
    if (from?.type === 'line' && from.line === 0 && to?.type !== 'regex') {
      this.#at++;
      this.#fail('invalid usage of line address 0');
    }
    this.#skip(/\s/);
    let negate = false;
    while (this.#peek() === '!') {
      negate = true;
      this.#at++;
      this.#skip(/\s/);
      if (this.#peek() === '!') {
        this.#at++;
        this.#fail("multiple `!'s");
      }
    }
    const name = this.#peek();
    this.#at++;
    if (name === undefined) this.#fail('missing command');
    this.#body(name, { from, to, negate, name, text: '', target: -1, active: false, endLine: 0 });
  }

  #body(name: string, base: SedCommand): void {
    const push = (extra: Partial<SedCommand> = {}) => this.#commands.push({ ...base, ...extra });
    if (name === '{') {
      this.#blocks.push({ index: this.#commands.length, where: '' });
      push();
    } else if (name === '}') this.#closeBlock(base);
    else if (name === ':') this.#label(base);
    else if (name === '#') this.#fail("comments don't accept any addresses");
    else if ('=dDgGhHnNpPxzF'.includes(name)) {
      if (name === '=' || name === 'F') push();
      else push();
      this.#end();
    } else if ('aic'.includes(name)) push({ text: this.#appended() });
    else if ('btT'.includes(name)) push({ text: this.#word(/[\s;}]/), target: Number.POSITIVE_INFINITY });
    else if ('rRwW'.includes(name)) push({ text: this.#fileName() });
    else if ('qQlL'.includes(name)) {
      if ('qQ'.includes(name) && base.to) this.#fail('command only uses one address');
      push({ text: this.#number() });
      this.#end();
    } else if (name === 's') {
      const substitution = this.#substitution();
      push({ substitution });
      if (substitution.file === undefined) this.#end();
    } else if (name === 'y') {
      push({ map: this.#translation() });
      this.#end();
    } else if (name === 'v') this.#word(/[\s;}]/);
    else if (name === 'e') this.#fail('e command is not available in this simulation');
    else this.#fail(`unknown command: \`${name}'`);
  }

  #closeBlock(base: SedCommand): void {
    const block = this.#blocks.pop();
    if (!block) this.#fail("unexpected `}'");
    if (base.from) this.#fail("} doesn't want any addresses");
    (this.#commands[block.index] as SedCommand).target = this.#commands.length;
    this.#end();
  }

  #label(base: SedCommand): void {
    if (base.from) this.#fail(": doesn't want any addresses");
    const label = this.#word(/[\s;]/);
    if (label === '') this.#fail('":" lacks a label');
    this.#labels.set(label, this.#commands.length);
  }

  /** Nothing but blanks may stand between a command and `;`, `}`, `#` or the end of the line. */
  #end(): void {
    this.#skip(/[ \t]/);
    const next = this.#peek();
    if (next === undefined || next === '\n' || next === '}' || next === '#') return;
    this.#at++;
    if (next !== ';') this.#fail('extra characters after command');
  }

  #word(stop: RegExp): string {
    this.#skip(/[ \t]/);
    const start = this.#at;
    while (this.#at < this.#text.length && !stop.test(this.#text[this.#at] as string)) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #fileName(): string {
    this.#skip(/[ \t]/);
    const start = this.#at;
    this.#skip(/[^\n]/);
    if (this.#at === start) this.#fail('missing filename in r/R/w/W commands');
    return this.#text.slice(start, this.#at);
  }

  #number(): string {
    this.#skip(/[ \t]/);
    const start = this.#at;
    this.#skip(/\d/);
    return this.#text.slice(start, this.#at);
  }

  #address(second: boolean): Address | undefined {
    const char = this.#peek();
    if (char === undefined) return undefined;
    if (/\d/.test(char)) {
      const line = Number(this.#number());
      this.#skip(/[ \t]/);
      if (this.#peek() !== '~' || second) return { type: 'line', line };
      this.#at++;
      return { type: 'step', first: line, step: Number(this.#number()) };
    }
    if (char === '$') {
      this.#at++;
      return { type: 'last' };
    }
    if (second && (char === '+' || char === '~')) {
      this.#at++;
      const count = this.#number();
      if (count === '') this.#fail('expected number after +/~');
      return char === '+' ? { type: 'plus', count: Number(count) } : { type: 'multiple', of: Number(count) };
    }
    if (char !== '/' && char !== '\\') return undefined;
    this.#at += char === '/' ? 1 : 2;
    const delimiter = char === '/' ? '/' : (this.#text[this.#at - 1] as string);
    const source = this.#delimited(delimiter, true);
    if (source === undefined) this.#fail('unterminated address regex');
    return { type: 'regex', regex: this.#regex(source, this.#regexFlags()) };
  }

  #regexFlags(): string {
    const start = this.#at;
    this.#skip(/[IM]/);
    return this.#text.slice(start, this.#at);
  }

  #regex(source: string, flags: string): Regex | undefined {
    if (source === '') return undefined;
    try {
      return new Regex(source, {
        extended: this.#extended,
        strict: true,
        escapes: true,
        ignoreCase: /i/i.test(flags),
        multiline: /m/i.test(flags),
      });
    } catch (error) {
      if (error instanceof RegexError) this.#fail(error.message);
      throw error;
    }
  }

  /** Text up to the delimiter; `\d` stands for the delimiter, `\n` stays. Brackets may hold it in a regex. */
  #delimited(delimiter: string, isRegex: boolean): string | undefined {
    let out = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at] as string;
      if (char === delimiter) {
        this.#at++;
        return out;
      }
      if (char === '\\') {
        const next = this.#text[++this.#at];
        if (next === undefined) return undefined;
        if (next === delimiter)
          out += isRegex && /[.*[\]^$+?(){}|]/.test(next) && delimiter !== '/' ? literal(next) : next;
        else if (next === '\n' && isRegex) out += '\n';
        else out += `\\${next}`;
      } else if (char === '\n' && isRegex) return undefined;
      else if (char === '[' && isRegex) out += this.#bracket();
      else out += char;
    }
    return undefined;
  }

  /** A bracket expression as it stands; the delimiter inside ends the regex all the same unless it closes first. */
  #bracket(): string {
    const match = /^\[\^?\]?(?:\[[:.=][^\]]*[:.=]\]|[^\]\n])*\]/.exec(this.#text.slice(this.#at));
    if (!match) return '[';
    this.#at += match[0].length - 1;
    return match[0].replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\\]/g, '\\]');
  }

  #substitution(): Substitution {
    const delimiter = this.#peek();
    this.#at++;
    if (delimiter === undefined || delimiter === '\n' || delimiter === '\\')
      this.#fail("unterminated `s' command");
    const source = this.#delimited(delimiter, true);
    const replacement = source === undefined ? undefined : this.#delimited(delimiter, false);
    if (source === undefined || replacement === undefined) this.#fail("unterminated `s' command");
    const flags = this.#flags();
    if (source === '' && flags.regex !== '') this.#fail('cannot specify modifiers on empty regexp');
    const regex = this.#regex(source, flags.regex);
    const pieces = parseReplacement(replacement);
    const highest = Math.max(0, ...pieces.map((piece) => ('group' in piece ? piece.group : 0)));
    if (regex && highest > regex.groupCount)
      this.#fail(`invalid reference \\${highest} on \`s' command's RHS`);
    return { regex, pieces, global: flags.global, nth: flags.nth, print: flags.print, file: flags.file };
  }

  #flags() {
    const flags = { global: false, nth: 0, print: 0, regex: '', file: undefined as string | undefined };
    for (;;) {
      const char = this.#peek();
      if (char === undefined || char === '\n' || char === ';' || char === '}' || char === '#' || char === ' ')
        return flags;
      this.#at++;
      if (char === 'g') {
        if (flags.global) this.#fail("multiple `g' options to `s' command");
        flags.global = true;
      } else if (char === 'p') flags.print++;
      else if (/[iImM]/.test(char)) flags.regex += char;
      else if (/\d/.test(char)) {
        this.#at--;
        if (flags.nth > 0) this.#fail("multiple number options to `s' command");
        flags.nth = Number(this.#number());
        if (flags.nth === 0) this.#fail("number option to `s' command may not be zero");
      } else if (char === 'w') {
        flags.file = this.#fileName();
        return flags;
      } else this.#fail("unknown option to `s'");
    }
  }

  #translation(): Map<string, string> {
    const delimiter = this.#peek() ?? '';
    this.#at++;
    const from = this.#delimited(delimiter, false);
    const to = from === undefined ? undefined : this.#delimited(delimiter, false);
    if (from === undefined || to === undefined) this.#fail("unterminated `y' command");
    const [a, b] = [unescapeList(from), unescapeList(to)];
    if (a.length !== b.length) this.#fail("strings for `y' command are different lengths");
    return new Map(a.map((char, i) => [char, b[i] as string]));
  }

  /** The text of a, i, c: one-line form or after `\` and a newline; lines go on after a backslash. */
  #appended(): string {
    this.#skip(/[ \t]/);
    if (this.#peek() === undefined) this.#fail("expected \\ after `a', `c' or `i'");
    if (this.#peek() === '\\') {
      this.#at++;
      const behind = this.#at;
      this.#skip(/[ \t]/);
      if (this.#peek() === '\n') this.#at++;
      else if (this.#peek() === undefined) this.#fail("expected \\ after `a', `c' or `i'");
      else this.#at = behind;
    }
    let out = '';
    for (; this.#at < this.#text.length && this.#peek() !== '\n'; this.#at++) {
      if (this.#peek() === '\\' && this.#at + 1 < this.#text.length) {
        const next = this.#text[++this.#at] as string;
        out += next === 't' ? '\t' : next;
      } else if (this.#peek() !== '\\') out += this.#peek();
    }
    this.#at++;
    return `${out}\n`;
  }
}

function literal(char: string): string {
  return `[${char}]`;
}

function unescapeList(text: string): string[] {
  return [...text.replace(/\\([\\nt])/g, (_, c: string) => (c === 'n' ? '\n' : c === 't' ? '\t' : '\\'))];
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07' };

function parseReplacement(text: string): Piece[] {
  const pieces: Piece[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') pieces.push({ text: plain });
    plain = '';
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '&') {
      flush();
      pieces.push({ group: 0 });
    } else if (char !== '\\') plain += char;
    else {
      const next = text[++i] ?? '\\';
      if (/\d/.test(next)) {
        flush();
        pieces.push({ group: Number(next) });
      } else if (/[LUluE]/.test(next)) {
        flush();
        pieces.push({ fold: next as 'L' });
      } else plain += ESCAPES[next] ?? next;
    }
  }
  flush();
  return pieces;
}
