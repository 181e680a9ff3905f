/** A directive of an nginx configuration with its block, if it has one. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | undefined;
  readonly file: string;
  readonly line: number;
}

export class NginxConfigError extends Error {
  override name = 'NginxConfigError';

  /** Without a place: it is not the configuration itself that is wrong. */
  constructor(message: string, file?: string, line?: number) {
    super(file === undefined ? message : `${message} in ${file}:${line}`);
  }
}

interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
}

/** The files of a pattern; `at` is the directive that asks for them. */
type ReadFiles = (pattern: string, at: Directive) => readonly { path: string; text: string }[];

/** Reads a configuration and all that it includes. */
export function readNginxConfig(path: string, text: string, include: ReadFiles): Directive[] {
  const tokens = tokenize(text);
  let at = 0;
  const block = (depth: number): Directive[] => {
    const list: Directive[] = [];
    for (;;) {
      const token = tokens[at];
      if (!token) {
        if (depth > 0) throw new NginxConfigError('unexpected end of file, expecting "}"', path, lines(text));
        return list;
      }
      if (!token.quoted && token.text === '}') {
        if (depth === 0) throw new NginxConfigError('unexpected "}"', path, token.line);
        at++;
        return list;
      }
      const directive = one(depth);
      if (directive.name === 'include' && directive.block === undefined) {
        for (const file of include(directive.args[0] ?? '', directive))
          list.push(...readNginxConfig(file.path, file.text, include));
      } else {
        list.push(directive);
      }
    }
  };
  const one = (depth: number): Directive => {
    const words: string[] = [];
    for (;;) {
      const token = tokens[at++];
      if (!token)
        throw new NginxConfigError('unexpected end of file, expecting ";" or "}"', path, lines(text));
      if (token.quoted || !['{', '}', ';'].includes(token.text)) {
        words.push(token.text);
        continue;
      }
      const [name = '', ...args] = words;
      if (token.text === '}' || name === '')
        throw new NginxConfigError(`unexpected "${token.text}"`, path, token.line);
      const inner = token.text === '{' ? block(depth + 1) : undefined;
      return { name, args, block: inner, file: path, line: token.line };
    }
  };
  return block(0);
}

/** Throws for the first server that is named and not known: nginx looks them up before it starts. */
export function checkUpstreams(http: readonly Directive[], isKnown: (name: string) => boolean): void {
  const groups = new Set(http.filter(({ name }) => name === 'upstream').map(({ args }) => args[0]));
  const check = (target: string, { file, line }: Directive) => {
    const name = /^(?:https?:\/\/)?(\[[^\]]+\]|[^/:;$]+)/.exec(target)?.[1];
    if (name === undefined || target.includes('$') || groups.has(name) || isKnown(name)) return;
    throw new NginxConfigError(`host not found in upstream "${name}"`, file, line);
  };
  const walk = (directives: readonly Directive[], isGroup: boolean) => {
    for (const directive of directives) {
      if (directive.name === 'proxy_pass' || (isGroup && directive.name === 'server'))
        check(directive.args[0] ?? '', directive);
      walk(directive.block ?? [], directive.name === 'upstream');
    }
  };
  walk(http, false);
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  const pattern =
    /\n|[ \t\r]+|#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([{};])|((?:\$\{|\\.|[^\s{};"'])(?:\$\{[^}]*\}|\\.|[^\s{};])*)/g;
  for (const match of text.matchAll(pattern)) {
    const quoted = match[1] ?? match[2];
    if (match[0] === '\n') line++;
    else if (quoted !== undefined) tokens.push({ text: unescaped(quoted), quoted: true, line });
    else if (match[3] ?? match[4])
      tokens.push({ text: (match[3] ?? match[4]) as string, quoted: false, line });
    if (quoted !== undefined) line += quoted.split('\n').length - 1;
  }
  return tokens;
}

/** `\\n` and its like in quotes; a backslash before anything else stays. */
function unescaped(text: string): string {
  const letters: Record<string, string> = { n: '\n', t: '\t', r: '\r' };
  return text.replace(/\\([ntr"'\\])/g, (_, c: string) => letters[c] ?? c);
}

function lines(text: string): number {
  return text.split('\n').length;
}
