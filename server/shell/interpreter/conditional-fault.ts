/** Words that take one operand, and words that stand between two. */
const UNARY = /^-[abcdefghknoprstuvwxzGLNORS]$/;
const BINARY = /^(?:==?|!=|=~|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/;

const TOKEN = /(?:[ \t]|\\\n)*(\n|&&|\|\||[()<>;&|]|(?:[^\s()<>;&|'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+)/y;

/** What bash says, and where: nothing at all in some cases. */
export interface ConditionalFault {
  readonly message: string;
  readonly pos: number;
}

/** Thrown where the parser stops; says nothing where bash does not. */
class Fault extends Error {
  override name = 'Fault';
}

/** Thrown where what follows is not read here. */
class OtherRules extends Error {
  override name = 'OtherRules';
}

/** The words of a `[[ … ]]`, read one by one. */
class Reader {
  readonly #text: string;
  #at: number;
  /** A text ends with a newline, whether it stands there or not. */
  #ended: boolean;
  token: string | undefined;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
    this.#ended = text.endsWith('\n');
    this.next();
  }

  next(): void {
    TOKEN.lastIndex = this.#at;
    this.token = TOKEN.exec(this.#text)?.[1];
    if (this.token !== undefined) this.#at = TOKEN.lastIndex;
    else if (!this.#ended) {
      this.#ended = true;
      if (this.#text.slice(this.#at).trim() === '') this.token = '\n';
    }
  }

  /** The end of the line that was read last. */
  get pos(): number {
    return this.#at - (this.token === '\n' ? 1 : 0);
  }

  skipNewlines(): void {
    while (this.token === '\n') this.next();
  }

  get isWord(): boolean {
    return this.token !== undefined && !/^(?:\n|&&|\|\||[()<>;&|]|\]\])$/.test(this.token);
  }

  /** How messages name what stands here: not at all when it is a word. */
  get named(): string | undefined {
    if (this.isWord || this.token === undefined) return undefined;
    return this.token === '\n' ? 'newline' : this.token;
  }
}

/**
 * What bash says of the first `[[ … ]]` up to a place that it cannot parse: '' when it only stops. Undefined: the fault
 * is another's. Models bash parse.y parse_cond_command.
 */
export function conditionalFault(text: string, pos: number): ConditionalFault | undefined {
  for (const match of text.matchAll(/(?<![^\s;&|(])\[\[(?=\s)/g)) {
    if (match.index > pos) return undefined;
    const reader = new Reader(text, match.index + 2);
    try {
      expression(reader);
      if (reader.token === undefined) return undefined;
      if (reader.token === ']]') continue;
      const { named } = reader;
      const what = named === undefined ? '' : `: unexpected token \`${named}'`;
      return { message: `syntax error in conditional expression${what}`, pos: reader.pos };
    } catch (error) {
      if (error instanceof OtherRules) return undefined;
      if (!(error instanceof Fault)) throw error;
      return reader.token === undefined ? undefined : { message: error.message, pos: reader.pos };
    }
  }
  return undefined;
}

/** Terms joined by `&&` and `||`; which binds tighter makes no difference to what can be read. */
function expression(reader: Reader): void {
  reader.skipNewlines();
  for (;;) {
    term(reader);
    reader.skipNewlines();
    if (reader.token !== '&&' && reader.token !== '||') return;
    reader.next();
    reader.skipNewlines();
  }
}

function term(reader: Reader): void {
  const { token } = reader;
  if (token === '(') {
    reader.next();
    expression(reader);
    if (reader.token !== ')')
      throw new Fault(
        reader.named === undefined ? "expected `)'" : `unexpected token \`${reader.named}', expected \`)'`,
      );
    reader.next();
  } else if (token === '!') {
    reader.next();
    term(reader);
  } else if (!reader.isWord) {
    throw new Fault(token === ']]' ? '' : `unexpected token \`${reader.named}' in conditional command`);
  } else if (UNARY.test(token as string)) {
    reader.next();
    operand(reader, 'unary');
  } else binary(reader);
}

function binary(reader: Reader): void {
  reader.next();
  const { token = '' } = reader;
  if (token === ']]' || token === '&&' || token === '||' || token === ')') return;
  if (!BINARY.test(token) && token !== '<' && token !== '>') {
    const found = reader.named === undefined ? '' : `unexpected token \`${reader.named}', `;
    throw new Fault(`${found}conditional binary operator expected`);
  }
  reader.next();
  // Patterns and expressions are read by rules of their own.
  if (reader.token === '(') throw new OtherRules();
  operand(reader, 'binary');
}

function operand(reader: Reader, kind: 'unary' | 'binary'): void {
  if (reader.isWord) {
    reader.next();
    return;
  }
  const found = reader.named === undefined ? '' : ` \`${reader.named}'`;
  throw new Fault(`unexpected argument${found} to conditional ${kind} operator`);
}
