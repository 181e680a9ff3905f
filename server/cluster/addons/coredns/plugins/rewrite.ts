import type { DnsAnswer, DnsCode, DnsType } from '../../../../host/index.ts';
import { linearRegex } from '../../../../objects/linear-regex.ts';
import { CorefileError, type Directive } from '../corefile.ts';
import { dotted, type Question } from './plugin.ts';

/** What a rule makes of a question, and of its answer. */
export interface Rewritten {
  readonly question: Question;
  readonly answer?: (answer: DnsAnswer) => DnsAnswer;
}

export interface Rewrite {
  /** Later rules are looked at, too. */
  readonly continues: boolean;
  /** Undefined: the rule is not for this question. */
  readonly apply: (question: Question) => Rewritten | undefined;
}

/** A rule of the plugin `rewrite`. Models coredns plugin/rewrite (name, type, ttl, rcode). Throws CorefileError. */
export function rewriter({ args }: Directive): Rewrite {
  const mode = args[0] === 'stop' || args[0] === 'continue' ? args[0] : 'stop';
  const [field = '', ...words] = args[0] === mode ? args.slice(1) : args;
  return { continues: mode === 'continue', apply: rule(field, words) };
}

function rule(field: string, words: readonly string[]): Rewrite['apply'] {
  switch (field) {
    case 'name':
      return nameRule(words);
    case 'type': {
      const [from, to] = words;
      return (question) =>
        question.type === from ? { question: { ...question, type: to as DnsType } } : undefined;
    }
    case 'ttl':
      return answerRule(words, (value, answer) => ({
        ...answer,
        answers: answer.answers.map((record) => ({ ...record, ttl: Number(value) })),
      }));
    case 'rcode':
      return rcodeRule(words);
    default:
      throw new CorefileError(`plugin/rewrite: rule ${field}: not simulated here`);
  }
}

function nameRule(words: readonly string[]): Rewrite['apply'] {
  const [mode, from = '', to = ''] = modeOf(words, 2);
  const change = substitution(mode, from, to);
  return (question) => {
    const name = change(question.name);
    return name === undefined ? undefined : { question: { ...question, name: dotted(name) } };
  };
}

/** The words with their mode before them: `exact` may be left out. */
function modeOf(words: readonly string[], values: number): readonly string[] {
  return words.length <= values ? ['exact', ...words] : words;
}

/** The name that a rule makes of another one; undefined: it is not for it. */
function substitution(
  mode: string | undefined,
  from: string,
  to: string,
): (name: string) => string | undefined {
  switch (mode) {
    case 'exact':
      return (name) => (name === dotted(from) ? dotted(to) : undefined);
    case 'suffix':
      return (name) =>
        name.endsWith(dotted(from)) ? name.slice(0, -dotted(from).length) + dotted(to) : undefined;
    case 'prefix':
      return (name) => (name.startsWith(from) ? to + name.slice(from.length) : undefined);
    case 'substring':
      return (name) => (name.includes(from) ? name.replace(from, to) : undefined);
    case 'regex': {
      const pattern = regexOf(from);
      return (name) => {
        const match = pattern.matcher(name);
        return match.find() ? to.replace(/\{(\d+)\}/g, (_, at) => match.group(Number(at)) ?? '') : undefined;
      };
    }
    default:
      throw new CorefileError(
        'plugin/rewrite: name rule supports only exact, prefix, suffix, substring, and regex name matching',
      );
  }
}

function regexOf(pattern: string) {
  try {
    return linearRegex(pattern);
  } catch (error) {
    throw new CorefileError(
      `plugin/rewrite: invalid regex pattern in a name rule: ${pattern}: ${(error as Error).message}`,
    );
  }
}

/** `[MODE] NAME VALUE`: the question stays, its answer changes. */
function answerRule(
  words: readonly string[],
  change: (value: string, answer: DnsAnswer) => DnsAnswer,
): Rewrite['apply'] {
  const [mode, from = '', value = ''] = modeOf(words, 2);
  const matches = substitution(mode, from, from);
  return (question) =>
    matches(question.name) === undefined
      ? undefined
      : { question, answer: (answer) => change(value, answer) };
}

/** `[MODE] NAME OLD NEW`. */
function rcodeRule(words: readonly string[]): Rewrite['apply'] {
  const [mode = '', from = '', old, code] = modeOf(words, 3);
  return answerRule([mode, from, code ?? ''], (value, answer) =>
    answer.code === old ? { ...answer, code: value as DnsCode } : answer,
  );
}
