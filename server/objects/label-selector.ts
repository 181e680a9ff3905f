/** What a label must be like. Models apimachinery/pkg/labels Requirement. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
}

/** All requirements must hold; the empty selector matches everything. */
export type Selector = readonly Requirement[];

/** `metav1.LabelSelector`. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

export class SelectorError extends Error {
  override name = 'SelectorError';
}

export function matches(selector: Selector, labels: Readonly<Record<string, string>> | undefined): boolean {
  for (const requirement of selector) {
    if (!requirementHolds(requirement, labels?.[requirement.key])) return false;
  }
  return true;
}

function requirementHolds({ operator, values }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return compareIntegers(operator, value, values[0]);
  }
}

function compareIntegers(
  operator: 'Gt' | 'Lt',
  value: string | undefined,
  limit: string | undefined,
): boolean {
  if (value === undefined || !/^[+-]?\d+$/.test(value) || limit === undefined) return false;
  return operator === 'Gt' ? Number(value) > Number(limit) : Number(value) < Number(limit);
}

/**
 * The selector of a `LabelSelector` object. Undefined (no selector at all) matches nothing, which is returned as
 * undefined.
 */
export function selectorOf(selector: LabelSelector | undefined | null): Selector | undefined {
  if (!selector) return undefined;
  const requirements: Requirement[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    requirements.push({ key, operator: 'In', values: [value] });
  }
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    requirements.push({ key, operator: operator as Requirement['operator'], values: values ?? [] });
  }
  return requirements;
}

/** The selector of a plain map, as Services and ReplicationControllers have it. */
export function selectorOfMap(labels: Readonly<Record<string, string>>): Selector {
  return Object.entries(labels).map(([key, value]) => ({ key, operator: 'In', values: [value] }));
}

/** As kubectl and the scale subresource write it: `app=web,tier in (a,b),!old`, keys sorted. */
export function formatSelector(selector: Selector): string {
  return [...selector]
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(formatRequirement)
    .join(',');
}

function formatRequirement({ key, operator, values }: Requirement): string {
  const list = `(${[...values].sort().join(',')})`;
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in ${list}`;
    case 'NotIn':
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin ${list}`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'Gt':
      return `${key}>${values[0]}`;
    case 'Lt':
      return `${key}<${values[0]}`;
  }
}

type Token = '' | '!' | '(' | ')' | ',' | '=' | '==' | '!=' | '>' | '<' | 'in' | 'notin' | 'identifier';
interface Lexeme {
  readonly token: Token;
  readonly text: string;
}

const SYMBOLS = /[=!(),><]/;

function lex(text: string): Lexeme[] {
  const found: Lexeme[] = [];
  for (let i = 0; i < text.length; ) {
    const c = text[i] as string;
    if (/\s/.test(c)) {
      i++;
      continue;
    }
    let end = i + 1;
    if (SYMBOLS.test(c)) {
      const two = text.slice(i, i + 2);
      if (two === '==' || two === '!=') end = i + 2;
      const symbol = text.slice(i, end);
      found.push({ token: symbol as Token, text: symbol });
    } else {
      while (end < text.length && !SYMBOLS.test(text[end] as string) && !/\s/.test(text[end] as string))
        end++;
      const word = text.slice(i, end);
      found.push({ token: word === 'in' || word === 'notin' ? word : 'identifier', text: word });
    }
    i = end;
  }
  return found;
}

/** Parses `a=b,c!=d,e in (f,g),h,!i`. Models apimachinery/pkg/labels Parser, messages included. */
export function parseSelector(text: string): Selector {
  const parser = new Parser(lex(text));
  const selector = parser.parse();
  for (const { key, operator, values } of selector) checkRequirement(key, operator, values);
  return selector;
}

class Parser {
  readonly #lexemes: Lexeme[];
  #at = 0;

  constructor(lexemes: Lexeme[]) {
    this.#lexemes = lexemes;
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const next = this.#peek();
      if (next.token === '!' || this.#isWord(next)) {
        requirements.push(this.#requirement());
        const after = this.#take();
        if (after.token === '') return requirements;
        if (after.token !== ',')
          throw new SelectorError(`found '${after.text}', expected: ',' or 'end of string'`);
        const following = this.#peek();
        if (!this.#isWord(following) && following.token !== '!') {
          throw new SelectorError(`found '${following.text}', expected: identifier after ','`);
        }
      } else if (next.token === '') return requirements;
      else throw new SelectorError(`found '${next.text}', expected: !, identifier, or 'end of string'`);
    }
  }

  #requirement(): Requirement {
    const negated = this.#peek().token === '!';
    if (negated) this.#take();
    const name = this.#take();
    if (!this.#isWord(name)) {
      throw new SelectorError(`unable to parse requirement: found '${name.text}', expected: identifier`);
    }
    const key = name.text;
    const next = this.#peek().token;
    if (negated) return { key, operator: 'DoesNotExist', values: [] };
    if (next === '' || next === ',') return { key, operator: 'Exists', values: [] };
    return this.#comparison(key);
  }

  #comparison(key: string): Requirement {
    const { token, text } = this.#take();
    switch (token) {
      case 'in':
      case 'notin':
        return { key, operator: token === 'in' ? 'In' : 'NotIn', values: this.#set() };
      case '=':
      case '==':
        return { key, operator: 'In', values: [this.#exact()] };
      case '!=':
        return { key, operator: 'NotIn', values: [this.#exact()] };
      case '>':
      case '<':
        return { key, operator: token === '>' ? 'Gt' : 'Lt', values: [this.#exact()] };
      default:
        throw new SelectorError(
          `unable to parse requirement: found '${text}', expected: in, notin, =, ==, !=, gt, lt`,
        );
    }
  }

  #set(): string[] {
    const open = this.#take();
    if (open.token !== '(')
      throw new SelectorError(`unable to parse requirement: found '${open.text}' expected: '('`);
    const values = [''];
    for (;;) {
      const { token, text } = this.#take();
      if (token === ')') return [...new Set(values)].sort();
      if (token === ',') values.push('');
      else if (token === '') {
        throw new SelectorError(`unable to parse requirement: found '', expected: ',' or ')'`);
      } else values[values.length - 1] = text;
    }
  }

  #exact(): string {
    const next = this.#peek();
    if (next.token === '' || next.token === ',') return '';
    this.#take();
    if (!this.#isWord(next)) {
      throw new SelectorError(`unable to parse requirement: found '${next.text}', expected: identifier`);
    }
    return next.text;
  }

  #isWord({ token }: Lexeme): boolean {
    return token === 'identifier' || token === 'in' || token === 'notin';
  }

  #peek(): Lexeme {
    return this.#lexemes[this.#at] ?? { token: '', text: '' };
  }

  #take(): Lexeme {
    const lexeme = this.#peek();
    this.#at++;
    return lexeme;
  }
}

const LABEL_KEY = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

function checkRequirement(key: string, operator: Requirement['operator'], values: readonly string[]): void {
  const name = key.includes('/') ? key.slice(key.indexOf('/') + 1) : key;
  if (!LABEL_KEY.test(name) || name.length > 63) {
    throw new SelectorError(
      `unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(key)}: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
    );
  }
  if (operator === 'Gt' || operator === 'Lt') {
    if (!/^[+-]?\d+$/.test(values[0] ?? '')) {
      throw new SelectorError(
        `unable to parse requirement: values[0][${key}]: Invalid value: ${JSON.stringify(values[0] ?? '')}: for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    }
  }
  values.forEach((value, i) => {
    if (LABEL_VALUE.test(value) && value.length <= 63) return;
    throw new SelectorError(
      `unable to parse requirement: values[${i}][${key}]: Invalid value: ${JSON.stringify(value)}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
    );
  });
}

/** A `LabelSelector` as Go prints a pointer to it in messages. Models apimachinery meta/v1 LabelSelector.String */
export function goLabelSelector(
  selector: { matchLabels?: Record<string, string>; matchExpressions?: any[] } | undefined,
): string {
  if (!selector) return 'nil';
  const labels = Object.entries(selector.matchLabels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`);
  const terms = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  const expressions = `[]LabelSelectorRequirement{${terms.join('')}}`;
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:${expressions},}`;
}
