/** What a small program does: it prints, waits, repeats itself, answers over HTTP. */
export type GoStatement =
  | {
      readonly do: 'print';
      readonly to: 'output' | 'log' | 'reply';
      readonly text: string;
      readonly exits?: boolean;
    }
  | { readonly do: 'sleep'; readonly ms: number }
  | { readonly do: 'loop'; readonly body: readonly GoStatement[] }
  | { readonly do: 'serve'; readonly port: number };

export interface GoProgram {
  readonly main: readonly GoStatement[];
  readonly handlers: readonly { readonly path: string; readonly body: readonly GoStatement[] }[];
}

/** What the compiler says of a program that it does not take. */
export class GoError extends Error {
  override name = 'GoError';
}

const UNITS: Readonly<Record<string, number>> = {
  Millisecond: 1,
  Second: 1000,
  Minute: 60_000,
  Hour: 3_600_000,
};
const MAX_SOURCE = 64 * 1024;

/** Reads a program made of prints, sleeps, loops and handlers. Throws GoError for all others. */
export function compileGo(source: string, file: string): GoProgram {
  if (source.length > MAX_SOURCE) throw new GoError(`${file}: the program is too long`);
  return new Compiler(source, file).program();
}

/** `"a\n"` and `` `a` `` as the texts they are. */
function literal(text: string): string {
  return text.startsWith('`') ? text.slice(1, -1) : (JSON.parse(text) as string);
}

const STRING = '"(?:[^"\\\\\\n]|\\\\["\\\\nt])*"|`[^`]*`';

class Compiler {
  readonly #source: string;
  readonly #file: string;
  #at = 0;
  readonly #handlers: { path: string; body: readonly GoStatement[] }[] = [];
  readonly #servers = new Map<string, number>();
  /** Where the bodies of functions begin, by name. */
  readonly #functions = new Map<string, number>();

  constructor(source: string, file: string) {
    this.#file = file;
    // Comments become blanks, so that lines keep their numbers.
    this.#source = source.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (text) => text.replace(/[^\n]/g, ' '));
  }

  program(): GoProgram {
    if (!this.#take(/package\s+main\b/y)) throw this.#problem('expected package main');
    while (this.#take(/import\s*\([^)]*\)/y) || this.#take(/import\s+"[^"]*"/y));
    for (let found = this.#function(); found; found = this.#function())
      this.#functions.set(found[1] ?? '', this.#skipBlock());
    this.#blanks();
    if (this.#at < this.#source.length) throw this.#problem();
    const main = this.#functions.get('main');
    if (main === undefined)
      throw new GoError('runtime.main_main·f: function main is undeclared in the main package');
    return { main: this.#blockAt(main), handlers: this.#handlers };
  }

  #function(): RegExpExecArray | undefined {
    return this.#take(/func\s+(\w+)\s*\(([^)]*)\)\s*\{/y);
  }

  #blockAt(begin: number): GoStatement[] {
    const back = this.#at;
    this.#at = begin;
    const body = this.#block();
    this.#at = back;
    return body;
  }

  /** Statements up to the closing brace. */
  #block(): GoStatement[] {
    const body: GoStatement[] = [];
    while (!this.#take(/\}/y)) {
      const statement = this.#print() ?? this.#sleep() ?? this.#loop() ?? this.#serve();
      if (statement) body.push(statement);
      else if (!this.#server() && !this.#handler()) throw this.#problem();
      this.#take(/;/y);
    }
    return body;
  }

  #print(): GoStatement | undefined {
    const call = this.#take(
      new RegExp(`(fmt|log)\\.(Print|Println|Printf|Fatal|Fatalln)\\(\\s*(${STRING})\\s*\\)`, 'y'),
    );
    if (call) {
      const [, home, verb = '', text = ''] = call;
      const line = literal(text) + (home === 'log' || verb === 'Println' ? '\n' : '');
      const print = { do: 'print', to: home === 'log' ? 'log' : 'output', text: line } as const;
      return verb.startsWith('Fatal') ? { ...print, exits: true } : print;
    }
    const reply =
      this.#take(
        new RegExp(
          `(?:fmt\\.(Fprintf|Fprintln|Fprint)|io\\.(WriteString))\\(\\s*\\w+\\s*,\\s*(${STRING})\\s*\\)`,
          'y',
        ),
      ) ?? this.#take(new RegExp(`\\w+\\.(Write)\\(()\\[\\]byte\\(\\s*(${STRING})\\s*\\)\\s*\\)`, 'y'));
    if (!reply) return undefined;
    return {
      do: 'print',
      to: 'reply',
      text: literal(reply[3] ?? '""') + (reply[1] === 'Fprintln' ? '\n' : ''),
    };
  }

  #sleep(): GoStatement | undefined {
    const found = this.#take(
      /time\.Sleep\(\s*(?:(\d+)\s*\*\s*)?time\.(Millisecond|Second|Minute|Hour)\s*\)/y,
    );
    return found && { do: 'sleep', ms: Number(found[1] ?? 1) * (UNITS[found[2] ?? ''] ?? 0) };
  }

  #loop(): GoStatement | undefined {
    return this.#take(/for\s*\{/y) && { do: 'loop', body: this.#block() };
  }

  #server(): boolean {
    const found = this.#take(/(\w+)\s*:=\s*&?http\.Server\{\s*Addr:\s*"[\w.]*:(\d+)"\s*,?\s*\}/y);
    if (found) this.#servers.set(found[1] ?? '', Number(found[2]));
    return found !== undefined;
  }

  #serve(): GoStatement | undefined {
    const call =
      '(?:(\\w+)\\.ListenAndServe\\(\\)|http\\.ListenAndServe\\(\\s*"[\\w.]*:(\\d+)"\\s*,\\s*nil\\s*\\))';
    const found =
      this.#take(
        new RegExp(
          `if\\s+err\\s*:=\\s*${call}\\s*;\\s*err\\s*!=\\s*nil\\s*\\{\\s*\\w+\\.\\w+\\(err\\)\\s*\\}`,
          'y',
        ),
      ) ??
      this.#take(new RegExp(`(?:log\\.Fatal(?:ln)?|panic)\\(\\s*${call}\\s*\\)`, 'y')) ??
      this.#take(new RegExp(call, 'y'));
    if (!found) return undefined;
    const port = found[2] === undefined ? this.#servers.get(found[1] ?? '') : Number(found[2]);
    if (port === undefined) throw this.#problem(`undefined: ${found[1]}`);
    return { do: 'serve', port };
  }

  #handler(): boolean {
    const inline = this.#take(/http\.HandleFunc\(\s*"([^"]*)"\s*,\s*func\s*\([^)]*\)\s*\{/y);
    if (inline) {
      const body = this.#block();
      if (!this.#take(/\)/y)) throw this.#problem();
      this.#handlers.push({ path: inline[1] ?? '/', body });
      return true;
    }
    const named = this.#take(/http\.HandleFunc\(\s*"([^"]*)"\s*,\s*(\w+)\s*\)/y);
    if (!named) return false;
    const begin = this.#functions.get(named[2] ?? '');
    if (begin === undefined) throw this.#problem(`undefined: ${named[2]}`);
    this.#handlers.push({ path: named[1] ?? '/', body: this.#blockAt(begin) });
    return true;
  }

  /** Passes over the body of a function; returns where it begins. */
  #skipBlock(): number {
    const begin = this.#at;
    for (let depth = 1; depth > 0 && this.#at < this.#source.length; this.#at++) {
      if (this.#source[this.#at] === '{') depth++;
      if (this.#source[this.#at] === '}') depth--;
    }
    return begin;
  }

  #blanks(): void {
    while (/\s/.test(this.#source[this.#at] ?? '')) this.#at++;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    this.#blanks();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (found) this.#at += found[0].length;
    return found ?? undefined;
  }

  #problem(why = 'this is not simulated here'): GoError {
    const lines = this.#source.slice(0, this.#at).split('\n');
    return new GoError(`${this.#file}:${lines.length}:${(lines.at(-1) ?? '').length + 1}: ${why}`);
  }
}
