import {
  forEachChild,
  type ParsedScript,
  type ParseError,
  type Pipeline,
  parse,
  type Redirect,
  type SyntaxNode,
} from 'unbash';
import { ShellError } from '../interpreter/flow.ts';
import type { Dialect, Form } from './dialect.ts';
import { passedErrors } from './passed-errors.ts';

/** A text as bash has to read it to find in it what it means to another shell. */
export interface Reading {
  readonly text: string;
  readonly script: ParsedScript;
}

/** Characters put into the text: they never add a line. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** What begins the message of a form that is an error there; what follows is its own words. */
export const REFUSED = 'refused: ';

/** Every round takes away one level of forms inside of each other. */
const MAX_ROUNDS = 20;

/** Thousands of the same short piece that opens something: the parser would take long over them. */
const ENDLESS = /([{("'`$<;|&\\].{0,15}?)\1{4999}/s;
/** Texts that are too short for that. */
const SHORT = 5000;

/** Refuses what cannot be read in a moment. */
export function refuseEndless(text: string): void {
  if (text.length > SHORT && ENDLESS.test(text))
    throw new ShellError('xmalloc: cannot allocate memory', 2, true);
}

/**
 * Reads a text in a dialect. Forms that are plain words there are quoted, so that bash takes them for words too; forms
 * that are errors there become errors.
 */
export function readIn(dialect: Dialect, text: string): Reading {
  let read = text;
  for (let round = 0; ; round++) {
    const parsed = parse(read);
    const script = withErrors(parsed, passedErrors(read, parsed));
    if (dialect.lacks.size === 0) return { text: read, script };
    const survey = new Survey(dialect, read);
    survey.visit(script);
    if (survey.insertions.length === 0 || round === MAX_ROUNDS)
      return { text: read, script: withErrors(script, survey.errors) };
    read = withInsertions(read, survey.insertions);
  }
}

function withErrors(script: ParsedScript, more: readonly ParseError[]): ParsedScript {
  if (more.length === 0) return script;
  return { ...script, errors: [...(script.errors ?? []), ...more].sort((a, b) => a.pos - b.pos) };
}

function withInsertions(text: string, insertions: readonly Insertion[]): string {
  let out = '';
  let from = 0;
  for (const { at, text: added } of [...insertions].sort((a, b) => a.at - b.at)) {
    out += text.slice(from, at) + added;
    from = at;
  }
  return out + text.slice(from);
}

type NodeType = SyntaxNode['type'];

/** Forms that are words to a shell that lacks them. */
const WORDS: Readonly<Partial<Record<NodeType, Form>>> = {
  TestCommand: 'conditional',
  Select: 'reserved word',
  Coproc: 'reserved word',
  Time: 'reserved word',
  AnsiCQuoted: 'ansi quote',
  LocaleString: 'locale quote',
};

/** Forms that are errors to a shell that lacks them, and what it stumbles over. */
const FAULTS: Readonly<Partial<Record<NodeType, readonly [Form, string]>>> = {
  HereString: ['here-string', 'redirection'],
  ProcessSubstitution: ['process substitution', '('],
  ExtendedGlob: ['extended pattern', '('],
  ArithmeticFor: ['arithmetic command', 'bad for'],
};

/**
 * Where an extended pattern stands that bash reads with `shopt -s extglob` only: not in `[[ … ]]`, nor in `${…}`. A `!(`
 * that begins a command turns a subshell round.
 */
export function extendedPattern(node: SyntaxNode): number | undefined {
  if (node.type === 'ExtendedGlob') return node.pos + 1;
  if (node.type === 'TestCommand' || node.type === 'ParameterExpansion') return undefined;
  if (node.type === 'Script' && node.source !== undefined) return undefined;
  const negated = node.type === 'Command' && node.name?.text.startsWith('!(') ? node.name : undefined;
  let found: number | undefined;
  forEachChild(node, (child) => {
    if (child !== negated) found ??= extendedPattern(child);
  });
  return found;
}

/** Finds the forms of bash that a dialect lacks. */
class Survey {
  readonly insertions: Insertion[] = [];
  readonly errors: ParseError[] = [];
  readonly #dialect: Dialect;
  readonly #text: string;

  constructor(dialect: Dialect, text: string) {
    this.#dialect = dialect;
    this.#text = text;
  }

  visit(node: SyntaxNode): void {
    // Decoded texts of backticks are read when they run.
    if (node.type === 'Script' && node.source !== undefined) return;
    this.#look(node);
    if (node.type !== 'TestCommand' || !this.#lacks('conditional'))
      forEachChild(node, (child) => this.visit(child));
  }

  #lacks(form: Form): boolean {
    return this.#dialect.lacks.has(form);
  }

  #insert(at: number, text: string): void {
    this.insertions.push({ at, text });
  }

  #quote(form: Form, at: number): void {
    if (this.#lacks(form)) this.#insert(at, '\\');
  }

  #refuse(form: Form, at: number, what: string): void {
    if (this.#lacks(form)) this.errors.push({ message: REFUSED + what, pos: at });
  }

  #look(node: SyntaxNode): void {
    const word = WORDS[node.type];
    if (word) this.#quote(word, node.pos);
    const fault = FAULTS[node.type];
    if (fault) this.#refuse(fault[0], node.pos, fault[1]);
    switch (node.type) {
      case 'Assignment':
        if (node.value.type === 'ArrayValue') this.#refuse('array', node.value.pos, '(');
        else if (node.append || node.index) this.#quote('append', node.pos + node.name.length);
        return;
      case 'ArithmeticCommand':
        if (this.#lacks('arithmetic command')) this.#insert(node.pos + 1, ' ');
        return;
      case 'Function':
        if (this.#text.startsWith('function', node.pos)) this.#quote('function keyword', node.pos);
        return;
      case 'ArithmeticExpansion':
        if (node.text.startsWith('$[')) this.#quote('old arithmetic', node.pos);
        return;
      case 'FileDescriptorVariable':
        if (this.#lacks('descriptor variable')) this.#insert(node.end, ' ');
        return;
      case 'Redirect':
        this.#lookAtRedirect(node);
        return;
      case 'Pipeline':
        this.#lookAtPipeline(node);
        return;
      case 'CaseItem':
        if (node.terminator === ';&') this.#refuse('case fall-through', node.end - 1, '&');
        if (node.terminator === ';;&') this.#refuse('case fall-through', node.end - 1, 'word');
    }
  }

  #lookAtRedirect({ operator, pos, target }: Redirect): void {
    if (operator.startsWith('&>') && this.#lacks('both outputs'))
      this.#insert(this.#text.indexOf('&', pos) + 1, ' ');
    if (operator === '>&' && /^[^\d$-]/.test(target?.text ?? '-'))
      this.#refuse('both outputs', pos, 'bad fd');
  }

  #lookAtPipeline({ pos, commands, operators }: Pipeline): void {
    operators.forEach((operator, i) => {
      const after = commands[i]?.end ?? pos;
      if (operator === '|&') this.#refuse('case fall-through', this.#text.indexOf(operator, after) + 1, '&');
    });
  }
}
