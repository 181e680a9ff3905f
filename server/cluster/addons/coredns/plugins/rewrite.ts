import type { DnsAnswer, DnsCode, DnsRecord, DnsType } from '../../../../host/index.ts';
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
export function rewriter({ args, block }: Directive): Rewrite {
  const all = [...args, ...(args.length < 2 ? block.flat() : [])];
  if (all.length < 2)
    throw new CorefileError('plugin/rewrite: at least two arguments required for rewrite rule');
  const mode = all[0] === 'stop' || all[0] === 'continue' ? all[0] : 'stop';
  const [field = '', ...words] = all[0] === mode ? all.slice(1) : all;
  return { continues: mode === 'continue', apply: rule(field, words) };
}

function rule(field: string, words: readonly string[]): Rewrite['apply'] {
  switch (field) {
    case 'name':
      return nameRule(words);
    case 'answer':
      throw new CorefileError('plugin/rewrite: response rewrites must begin with a name rule');
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

/** Models coredns plugin/rewrite/name.go newNameRule: an exact rule's answers always get the asked name back. */
function nameRule(words: readonly string[]): Rewrite['apply'] {
  const [mode = '', from = '', to = '', ...options] = modeOf(words, 2);
  const change = substitution(mode, from, to);
  const { auto, rules } = answerRules(mode, options);
  return (question) => {
    const name = change(question.name);
    if (name === undefined) return undefined;
    const asked = dotted(name);
    const back =
      mode === 'suffix'
        ? substitution('suffix', to, from)
        : (other: string) => (other === asked ? question.name : undefined);
    const all = auto || mode === 'exact' ? [renameOwner(back), renameValue(back), ...rules] : rules;
    return { question: { ...question, name: asked }, answer: (answer) => renamed(answer, all) };
  };
}

/** The name that becomes of another; undefined: it stays. */
type Rename = (name: string) => string | undefined;
type RecordRule = (record: DnsRecord) => DnsRecord;

const renameOwner =
  (rename: Rename): RecordRule =>
  (record) => ({ ...record, name: rename(record.name) ?? record.name });

/** Which word of a record's value is a name. */
const NAMED_WORD: Readonly<Partial<Record<DnsType, number>>> = { CNAME: 0, NS: 0, SOA: 0, MX: 1, SRV: 3 };

const renameValue =
  (rename: Rename): RecordRule =>
  (record) => {
    const at = NAMED_WORD[record.type];
    if (at === undefined) return record;
    const words = record.data.split(' ');
    return { ...record, data: words.map((word, i) => (i === at && rename(word)) || word).join(' ') };
  };

function renamed(answer: DnsAnswer, rules: readonly RecordRule[]): DnsAnswer {
  const change = (records: readonly DnsRecord[]) =>
    records.map((record) => rules.reduce((one, rule) => rule(one), record));
  const { answers, authority, additional } = answer;
  return {
    ...answer,
    answers: change(answers),
    ...(authority ? { authority: change(authority) } : {}),
    ...(additional ? { additional: change(additional) } : {}),
  };
}

/** `answer auto`, `answer name FROM TO [answer] value FROM TO`. Models parseAnswerRules. */
function answerRules(mode: string, words: readonly string[]): { auto: boolean; rules: RecordRule[] } {
  const fail = (why: string) => new CorefileError(`plugin/rewrite: ${why}`);
  if (words.length === 1) throw fail(`invalid arguments for ${mode} rule`);
  if (words.length > 0 && words[0] !== 'answer')
    throw fail(`exceeded the number of arguments for a non-answer rule argument for ${mode} rule`);
  let auto = false;
  let names = 0;
  const rules: RecordRule[] = [];
  for (let at = 0; at < words.length; ) {
    if (words[at] === 'answer') at++;
    const [what, from, to] = words.slice(at, at + 3);
    if (what === undefined) throw fail(`type missing for answer rule for ${mode} rule`);
    if (what === 'auto') {
      auto = true;
      at++;
      continue;
    }
    if (what !== 'name' && what !== 'value')
      throw fail(`invalid type "${what}" for answer rule for ${mode} rule`);
    if (from === undefined || to === undefined)
      throw fail(`${what} answer rule for ${mode} rule: 2 arguments required`);
    const rename = substitution('regex', from, dotted(to));
    rules.push(what === 'name' ? renameOwner(rename) : renameValue(rename));
    names += what === 'name' ? 1 : 0;
    at += 3;
  }
  if (auto && names > 0)
    throw fail('auto name answer rule cannot be combined with explicit name anwer rules');
  return { auto, rules };
}

/** The words with their mode before them: `exact` may be left out. */
function modeOf(words: readonly string[], values: number): readonly string[] {
  return words.length <= values ? ['exact', ...words] : words;
}

/** The name that a rule makes of another one; undefined: it is not for it. */
function substitution(mode: string | undefined, from: string, to: string): Rename {
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
        `plugin/rewrite: name rule supports only exact, prefix, suffix, substring, and regex name matching, received: ${mode}`,
      );
  }
}

function regexOf(pattern: string) {
  try {
    return linearRegex(pattern);
  } catch {
    throw new CorefileError(`plugin/rewrite: invalid regex matching pattern: ${pattern}`);
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
