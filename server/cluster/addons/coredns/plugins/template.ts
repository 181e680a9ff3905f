import type { DnsCode, DnsRecord, DnsType } from '../../../../host/index.ts';
import { linearRegex } from '../../../../objects/linear-regex.ts';
import { CorefileError, type Directive, type ServerBlock } from '../corefile.ts';
import { dotted, fallsThrough, type Handler, type Question, zoneOf } from './plugin.ts';

const CODES = new Set<string>(['NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED', 'NOTIMP']);

/** What a template may use of the question. */
interface Data {
  readonly question: Question;
  readonly zone: string;
  readonly match: readonly string[];
  readonly group: (name: string) => string;
}

type Pattern = ReturnType<typeof linearRegex>;

/** `template CLASS TYPE [ZONE…] { match …; answer …; rcode … }`. Models coredns plugin/template. Throws CorefileError. */
export function template(directive: Directive, block: ServerBlock): Handler {
  const [, wanted = 'ANY', ...given] = directive.args;
  const zones = (given.length > 0 ? given : block.zones).map(dotted);
  const lines = (name: string) =>
    directive.block.filter(([first]) => first === name).map((words) => words.slice(1));
  const patterns = lines('match').flat().map(patternOf);
  const sections = {
    answers: lines('answer').map(recordOf),
    additional: lines('additional').map(recordOf),
    authority: lines('authority').map(recordOf),
  };
  const code = (lines('rcode')[0]?.[0] ?? 'NOERROR').toUpperCase();
  if (!CODES.has(code)) throw new CorefileError(`plugin/template: unknown rcode ${code}`);
  return (question) => {
    const zone = zoneOf(question.name, zones);
    if (zone === undefined || (wanted !== 'ANY' && wanted !== question.type)) return undefined;
    const data = dataOf(question, zone, patterns.length > 0 ? patterns : [patternOf('.*')]);
    if (!data)
      return fallsThrough(directive, question.name)
        ? undefined
        : { code: 'NXDOMAIN', answers: [], authoritative: false };
    const made = (section: readonly Maker[]) => section.flatMap((make) => make(data));
    const [answers, additional, authority] = [
      made(sections.answers),
      made(sections.additional),
      made(sections.authority),
    ];
    return { code: code as DnsCode, answers, additional, authority, authoritative: true };
  };
}

function patternOf(text: string): Pattern {
  try {
    return linearRegex(text);
  } catch (error) {
    throw new CorefileError(`plugin/template: could not parse regex: ${text}, ${(error as Error).message}`);
  }
}

function dataOf(question: Question, zone: string, patterns: readonly Pattern[]): Data | undefined {
  for (const pattern of patterns) {
    const found = pattern.matcher(question.name);
    if (!found.find()) continue;
    const match = Array.from({ length: found.groupCount() + 1 }, (_, i) => found.group(i) ?? '');
    return { question, zone, match, group: (name) => found.group(name) ?? '' };
  }
  return undefined;
}

type Maker = (data: Data) => DnsRecord[];

/** `{{ .Name }} 60 IN A 10.0.0.1`. */
function recordOf(words: readonly string[]): Maker {
  const text = words.join(' ');
  for (const [whole, inner = ''] of text.matchAll(EXPRESSION))
    if (expressionOf(inner.trim()) === undefined)
      throw new CorefileError(`plugin/template: ${whole}: not simulated here`);
  return (data) => {
    const filled = text.replace(EXPRESSION, (_, inner: string) => expressionOf(inner.trim())?.(data) ?? '');
    const [, name = '', ttl, type, value = ''] =
      /^(\S+)\s+(\d+)?\s*(?:IN\s+)?([A-Z]+)\s+(.*)$/.exec(filled) ?? [];
    if (type === undefined) return [];
    return [
      {
        name: dotted(name),
        type: type as DnsType,
        ttl: Number(ttl ?? 3600),
        data: value.replaceAll('"', ''),
      },
    ];
  };
}

const EXPRESSION = /\{\{(.*?)\}\}/g;

function expressionOf(expression: string): ((data: Data) => string) | undefined {
  const [, at] = /^index \.Match (\d+)$/.exec(expression) ?? [];
  if (at !== undefined) return ({ match }) => match[Number(at)] ?? '';
  const [, group] = /^\.Group\.(\w+)$/.exec(expression) ?? [];
  if (group !== undefined) return (data) => data.group(group);
  return FIELDS[expression];
}

const FIELDS: Readonly<Record<string, (data: Data) => string>> = {
  '.Name': ({ question }) => question.name,
  '.Type': ({ question }) => question.type,
  '.Class': () => 'IN',
  '.Zone': ({ zone }) => zone,
  '.Remote': ({ question }) => question.from,
};
