import type { FileRule, Profile } from './profile.ts';

/** A text that is no policy. */
export class PolicyError extends Error {
  override name = 'PolicyError';
  readonly line: number;
  constructor(line: number, why: string) {
    super(why);
    this.line = line;
  }
}

/** Reads `<tunables/global>`; undefined where there is no such file. */
export type Include = (name: string) => string | undefined;

/** Of all patterns of a policy: every access is held against them. */
const MAX_LETTERS = 20_000;
const MAX_DEPTH = 40;
/** Of a policy with all that it includes. */
const MAX_TEXT = 256 * 1024;
const MAX_STATEMENT = 8192;
/** Rules that are about other things than files and capabilities. */
const OTHERS =
  /^(network|mount|remount|umount|unmount|pivot_root|ptrace|signal|dbus|unix|change_profile|set|userns|io_uring|mqueue|link|alias|rlimit|abi)\b/;
const EVERYTHING = '/{,**}';
const PERMISSIONS = /^[rwaklmixpuPUcCnN]+$/;

interface Making {
  name: string;
  complain: boolean;
  allow: FileRule[];
  deny: FileRule[];
  capabilities: string[];
  noCapabilities: string[];
}

/** Models apparmor_parser(8), as far as files and capabilities go. */
export function parsePolicy(text: string, include: Include): Profile[] {
  return new Policy(include).read(text);
}

class Policy {
  readonly #include: Include;
  readonly #variables = new Map<string, string[]>();
  readonly #profiles: Profile[] = [];
  /** Those whose braces are open. */
  readonly #open: Making[] = [];
  #depth = 0;
  #letters = 0;
  #size = 0;

  constructor(include: Include) {
    this.#include = include;
  }

  read(text: string): Profile[] {
    this.#statements(text);
    if (this.#open.length > 0)
      throw new PolicyError(text.split('\n').length, 'syntax error, unexpected $end, expecting TOK_CLOSE');
    return this.#profiles;
  }

  #statements(text: string): void {
    if (++this.#depth > MAX_DEPTH) throw new PolicyError(1, 'Exceeded 100 levels of includes.');
    this.#size += text.length + 1;
    if (this.#size > MAX_TEXT) throw new PolicyError(1, 'Memory allocation error.');
    let rest = '';
    for (const [i, whole] of text.split('\n').entries()) {
      const line = i + 1;
      const directive = /^\s*#?include\s+(if\s+exists\s+)?[<"]([^>"]+)[>"]/.exec(whole);
      if (directive) {
        const [, optional, name = ''] = directive;
        const found = this.#include(name);
        if (found !== undefined) this.#statements(found);
        else if (!optional) throw new PolicyError(line, `Could not open '${name}'`);
        continue;
      }
      if (rest.length + whole.length > MAX_STATEMENT)
        throw new PolicyError(line, 'syntax error, unexpected TOK_ID');
      rest = this.#take(`${rest} ${withoutComment(whole)}`, line);
    }
    if (rest.trim() !== '')
      throw new PolicyError(
        text.split('\n').length,
        'syntax error, unexpected $end, expecting TOK_END_OF_RULE',
      );
    this.#depth--;
  }

  /** Takes the whole statements a text begins with; returns what is left. */
  #take(text: string, line: number): string {
    let rest = text.trim();
    for (;;) {
      const variable = /^@\{(\w+)\}\s*(\+?=)\s*(\S.*)$/.exec(rest);
      if (variable && this.#open.length === 0) {
        const [, name = '', how, values = ''] = variable;
        const before = how === '+=' ? (this.#variables.get(name) ?? []) : [];
        this.#variables.set(name, [...before, ...values.trim().split(/\s+/)]);
        return '';
      }
      const end = statementEnd(rest);
      if (end === undefined) return rest;
      const statement = rest.slice(0, end).trim();
      if (rest[end] === '{') this.#begin(statement, line);
      else if (rest[end] === '}') this.#end(statement, line);
      else this.#rule(statement, line);
      rest = rest.slice(end + 1).trim();
    }
  }

  #begin(head: string, line: number): void {
    const match =
      /^(?:profile\s+|hat\s+|\^)?"?([^\s"]+)"?((?:\s+[^\s(]+)*?)\s*(?:(?:flags\s*=\s*)?\(([^)]*)\))?$/.exec(
        head,
      );
    if (!match) throw new PolicyError(line, 'syntax error, unexpected TOK_OPEN');
    const [, name = '', , flags = ''] = match;
    const outer = this.#open.at(-1)?.name;
    this.#open.push({
      name: outer === undefined ? name : `${outer}//${name}`,
      complain: flags.split(/[\s,]+/).includes('complain'),
      allow: [],
      deny: [],
      capabilities: [],
      noCapabilities: [],
    });
  }

  #end(unfinished: string, line: number): void {
    const made = this.#open.pop();
    if (!made || unfinished !== '') throw new PolicyError(line, 'syntax error, unexpected TOK_CLOSE');
    const { complain, ...profile } = made;
    this.#profiles.push({ ...profile, mode: complain ? 'complain' : 'enforce' });
  }

  #rule(statement: string, line: number): void {
    const into = this.#open.at(-1);
    const qualified = /^((?:audit|allow|deny|owner|priority=-?\d+)\s+)*/.exec(statement)?.[0] ?? '';
    const denies = /\bdeny\b/.test(qualified);
    const rule = statement.slice(qualified.length).trim();
    if (OTHERS.test(rule)) return;
    if (!into) throw new PolicyError(line, `syntax error, unexpected TOK_ID, expecting $end`);
    const capability = /^capability\b(.*)$/.exec(rule);
    if (capability) {
      const names = (capability[1] ?? '').trim().toUpperCase().split(/\s+/).filter(Boolean);
      (denies ? into.noCapabilities : into.capabilities).push(...(names.length > 0 ? names : ['ALL']));
      return;
    }
    if (rule === 'all') into.capabilities.push('ALL');
    const [patterns, permissions] = rule === 'all' ? [EVERYTHING, 'rwaklmix'] : fileRule(rule, line);
    for (const pattern of this.#expanded(patterns, line))
      (denies ? into.deny : into.allow).push([pattern, permissions]);
  }

  /** Variables and alternatives, one after the other. */
  #expanded(pattern: string, line: number, depth = 0): string[] {
    const named = /@\{(\w+)\}/.exec(pattern);
    const values = named ? this.#variables.get(named[1] as string) : alternatives(pattern);
    if (named && !values)
      throw new PolicyError(line, `Found reference to variable ${named[1]}, but is never declared`);
    this.#letters += pattern.length;
    if (this.#letters > MAX_LETTERS || depth > MAX_DEPTH)
      throw new PolicyError(line, 'Memory allocation error.');
    // A class of letters that leaves some out, or a span of them, is any letter here.
    if (!values) return [pattern.replace(/\[[^\]]*\]/g, '?').replace(/\/{2,}/g, '/')];
    return values.flatMap((value) =>
      this.#expanded(named ? pattern.replace(named[0], () => value) : value, line, depth + 1),
    );
  }
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s)#.*$/, '');
}

/** Where a statement ends: at its comma, or at a brace that opens or closes a profile. */
function statementEnd(text: string): number | undefined {
  let [inPattern, isQuoted, parentheses] = [0, false, 0];
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (char === '(') parentheses++;
    else if (char === ')') parentheses--;
    else if (char === '{') {
      if (i === 0 || /\s|\)/.test(text[i - 1] as string)) return i;
      inPattern++;
    } else if (char === '}') {
      if (inPattern === 0) return i;
      inPattern--;
    } else if (char === ',' && inPattern === 0 && parentheses === 0) return i;
  }
  return undefined;
}

/** `file`, `/path rw`, `rw /path`, `/path px -> other`. */
function fileRule(rule: string, line: number): [pattern: string, permissions: string] {
  const [text = ''] = rule.replace(/^file\b\s*/, '').split('->');
  if (rule === 'file') return [EVERYTHING, 'rwaklmix'];
  const words = (text.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
  const [first = '', second = ''] = words;
  const isPath = (word: string) => /^[/@]/.test(word);
  if (words.length === 2 && isPath(first) && PERMISSIONS.test(second)) return [first, second];
  if (words.length === 2 && isPath(second) && PERMISSIONS.test(first)) return [second, first];
  const unexpected = isPath(first) ? 'TOK_END_OF_RULE, expecting TOK_MODE' : 'TOK_ID, expecting TOK_MODE';
  throw new PolicyError(line, `syntax error, unexpected ${unexpected}`);
}

/** What a pattern with `{a,b}` or `[ab]` stands for; undefined where it has none. */
function alternatives(pattern: string): string[] | undefined {
  const choice = /(?<!@)\{([^{}]*)\}/.exec(pattern) ?? /\[([^\]^-]+)\]/.exec(pattern);
  if (!choice) return undefined;
  const options = choice[0].startsWith('{') ? (choice[1] as string).split(',') : [...(choice[1] as string)];
  return options.map(
    (one) => pattern.slice(0, choice.index) + one + pattern.slice(choice.index + choice[0].length),
  );
}
