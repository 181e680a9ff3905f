import { formatDate, type Zone, zone, zoneOf } from '../../dates.ts';
import { parseDate } from '../core/parse-date.ts';
import { quote, quoteFile } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';

const ISO: Record<string, string> = {
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  date: '%Y-%m-%d',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
};

const RFC: Record<string, string> = {
  date: '%Y-%m-%d',
  seconds: '%Y-%m-%d %H:%M:%S%:z',
  ns: '%Y-%m-%d %H:%M:%S.%N%:z',
};

export const date = tool({
  name: 'date',
  summary: 'print or set the system date and time',
  usage: ['[OPTION]... [+FORMAT]', '[-u|--utc|--universal] [MMDDhhmm[[CC]YY][.ss]]'],
  options:
    'd|date= debug f|file= I|iso-8601? R|rfc-email rfc-3339= r|reference= s|set= u|utc|universal resolution',
  *run(call: Call) {
    const { options, context } = call;
    const where = options.has('u') ? zone('UTC') : zoneOf(context);
    const format = formatOf(call);
    if (options.has('f')) {
      for (const input of yield* call.inputs([options.get('f') as string])) {
        for (const line of yield* input.lines()) {
          const time = parseDate(line, context.now, where);
          if (time === undefined) yield* call.warn(`invalid date ${quote(line)}`);
          else yield* call.print(`${formatDate(format, time, where)}\n`);
        }
      }
      return undefined;
    }
    if (options.has('s')) call.fail('cannot set date: Operation not permitted');
    yield* call.print(`${formatDate(format, timeOf(call, where), where)}\n`);
    return 0;
  },
});

function formatOf(call: Call): string {
  const { options } = call;
  const [operand, extra] = call.operands;
  if (extra !== undefined) call.misuse(`extra operand ${quote(extra)}`);
  const formats = options.given.filter(({ name }) =>
    ['R', 'I', 'rfc-3339', 'resolution'].includes(name),
  ).length;
  if (formats + (operand?.startsWith('+') ? 1 : 0) > 1) call.fail('multiple output formats specified');
  if (operand?.startsWith('+')) return operand.slice(1);
  if (operand !== undefined) {
    if (/^\d{8}(\d\d|\d{4})?(\.\d\d)?$/.test(operand))
      throw new Failure('cannot set date: Operation not permitted');
    throw new Failure(`invalid date ${quote(operand)}`);
  }
  if (options.has('R')) return '%a, %d %b %Y %H:%M:%S %z';
  if (options.has('I')) return chosen(call, ISO, options.get('I') ?? 'date', '--iso-8601');
  if (options.has('rfc-3339')) return chosen(call, RFC, options.get('rfc-3339') ?? '', '--rfc-3339');
  return '%a %b %e %H:%M:%S %Z %Y';
}

function chosen(call: Call, formats: Record<string, string>, word: string, option: string): string {
  const names = Object.keys(formats).filter((name) => name.startsWith(word));
  const format = formats[formats[word] ? word : (names[0] ?? '')];
  if (format === undefined || word === '') {
    const list = Object.keys(formats)
      .map((name) => `  - ‘${name}’`)
      .join('\n');
    call.misuse(`invalid argument ${quote(word)} for ‘${option}’\nValid arguments are:\n${list}`);
  }
  return format;
}

function timeOf(call: Call, where: Zone): number {
  const { options, context } = call;
  const reference = options.get('r');
  if (reference !== undefined) {
    const stat = context.fs.tryStat(reference);
    if (!stat)
      throw new Failure(`${quoteFile(reference).replace(/^'(.*)'$/, '$1')}: No such file or directory`);
    return stat.mtimeMs;
  }
  const text = options.get('d');
  if (text === undefined) return context.now;
  const time = parseDate(text, context.now, where);
  if (time === undefined) throw new Failure(`invalid date ${quote(text)}`);
  return time;
}
