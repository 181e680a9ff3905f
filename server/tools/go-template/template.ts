import { Execution } from './execution.ts';
import { KUBECTL_FUNCTIONS } from './functions.ts';
import type { Body, Language, Templates } from './language.ts';
import { parseTemplate } from './parse.ts';
import { type Piece, TemplateError } from './syntax.ts';
import { plain, type Value } from './values.ts';

/** Templates that know each other by name. Models text/template Template. */
export class TemplateSet implements Templates {
  readonly language: Language;
  readonly #bodies: Map<string, Body>;
  readonly budget: { steps: number; written: number; running: number };

  /** `known`: what is there from the beginning. */
  constructor(language: Language, known?: TemplateSet) {
    this.language = language;
    this.#bodies = known ? new Map(known.#bodies) : new Map();
    this.budget = known?.budget ?? { steps: 0, written: 0, running: 0 };
  }

  /** Adds a text and what it defines; what was there by these names is replaced. Throws `TemplateError`. */
  parse(name: string, text: string): void {
    const source = { name, text };
    const { pieces, defined } = parseTemplate(text, name, (word) => this.language.functions.has(word));
    this.#add(name, { pieces, source });
    for (const [other, body] of defined) this.#add(other, { pieces: body, source });
  }

  /** Blank bodies replace nothing. Models text/template Template.associate. */
  #add(name: string, body: Body): void {
    if (this.#bodies.has(name) && isBlank(body.pieces)) return;
    this.#bodies.set(name, body);
  }

  get(name: string): Body | undefined {
    return this.#bodies.get(name);
  }

  /** Runs a template that is there. Throws `TemplateError` with what was written until then. */
  execute(name: string, data: Value): string {
    const body = this.#bodies.get(name) as Body;
    const out: string[] = [];
    if (this.budget.running++ === 0) Object.assign(this.budget, { steps: 0, written: 0 });
    try {
      new Execution(this, { name, body, dot: data, out }).run(body.pieces, data);
      return out.join('');
    } catch (error) {
      if (error instanceof TemplateError) error.written = out.join('');
      throw error;
    } finally {
      this.budget.running--;
    }
  }
}

export function isBlank(pieces: readonly Piece[]): boolean {
  return pieces.every((piece) => piece.type === 'text' && piece.text.trim() === '');
}

/** One template over JSON values, as `-o go-template` needs it. */
export class GoTemplate {
  readonly #set: TemplateSet;
  readonly #name: string;

  /** Throws `TemplateError` when the template is wrong. */
  constructor(text: string, options: { name?: string; allowMissing?: boolean } = {}) {
    this.#name = options.name ?? 'output';
    const missing = (options.allowMissing ?? true) ? 'invalid' : 'error';
    this.#set = new TemplateSet({ functions: KUBECTL_FUNCTIONS, missing });
    this.#set.parse(this.#name, text);
  }

  execute(data: unknown): string {
    return this.#set.execute(this.#name, plain(data));
  }
}
