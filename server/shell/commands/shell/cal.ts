import { formatDate, MONTHS, zoneOf } from '../../dates.ts';
import { type Call, tool } from '../core/tool.ts';

const HEAD = 'Su Mo Tu We Th Fr Sa';
const MONDAY_HEAD = 'Mo Tu We Th Fr Sa Su';
const WIDTH = 20;

/** Models cal of bsdmainutils: months side by side, three in a row. */
export const cal = tool({
  name: 'cal',
  summary: 'displays a calendar and the date of Easter',
  usage: '[-31hjwMy] [-A number] [-B number] [[month] year]',
  version: 'bsdmainutils 12.1',
  options: '1 3 h j y M S w A= B= m= N b C',
  paths: ['/usr/bin/cal', '/usr/bin/ncal'],
  *run(call: Call) {
    for (const name of ['j', 'w', 'N', 'C'])
      if (call.options.has(name)) call.fail(`option -${name} is not available in this simulation`);
    const { year, month } = asked(call);
    const monday = call.options.last('M', 'S') === 'M';
    const whole = month === undefined;
    const [before, after] = span(call);
    const first = whole ? 0 : month - before;
    const count = whole ? 12 : 1 + before + after;
    const blocks = Array.from({ length: count }, (_, i) =>
      block(year, first + i, { monday, titled: !whole }),
    );
    if (whole) yield* call.print(`${centre(String(year), WIDTH * 3 + 4)}\n`.replace(/ +\n/, '\n'));
    for (let i = 0; i < blocks.length; i += 3) {
      const row = blocks.slice(i, i + 3);
      const height = Math.max(...row.map((one) => one.length));
      for (let line = 0; line < height; line++)
        yield* call.print(`${row.map((one) => (one[line] ?? '').padEnd(WIDTH)).join('  ')}  \n`);
    }
    return 0;
  },
});

/** The year, and the month from 0; without one the whole year is shown. */
function asked(call: Call): { year: number; month: number | undefined } {
  const { context, operands, options } = call;
  const today = formatDate('%Y %m', context.now, zoneOf(context)).split(' ').map(Number);
  const [thisYear = 1970, thisMonth = 1] = today;
  const [first, second] = operands;
  const chosen = options.get('m') ?? (second === undefined ? undefined : first);
  const yearText = second ?? first;
  if (yearText === undefined && options.has('y')) return { year: thisYear, month: undefined };
  const year = yearText === undefined ? thisYear : Number(yearText);
  if (!/^\d+$/.test(yearText ?? '1') || year < 1 || year > 9999)
    call.fail(`year \`${yearText}' not in range 1..9999`, 64);
  if (chosen === undefined) return { year, month: yearText === undefined ? thisMonth - 1 : undefined };
  const named = MONTHS.findIndex((name) => name.toLowerCase().startsWith(chosen.toLowerCase()));
  const month = /^\d+$/.test(chosen) ? Number(chosen) - 1 : named;
  if (month < 0 || month > 11) call.fail(`${chosen} is neither a month number (1..12) nor a name`, 64);
  return { year, month };
}

function span(call: Call): [number, number] {
  const { options } = call;
  const extra = options.has('3') ? 1 : 0;
  return [Number(options.get('B') ?? extra), Number(options.get('A') ?? extra)];
}

const centre = (text: string, width: number): string => {
  const left = Math.floor((width - text.length) / 2);
  return (' '.repeat(Math.max(0, left)) + text).padEnd(width);
};

/** The lines of a month; `month` may lie before or after the year. */
function block(
  year: number,
  month: number,
  { monday, titled }: { monday: boolean; titled: boolean },
): string[] {
  const first = new Date(Date.UTC(year, month, 1));
  first.setUTCFullYear(year + Math.floor(month / 12));
  const name = MONTHS[first.getUTCMonth()] as string;
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const blank = (first.getUTCDay() + (monday ? 6 : 0)) % 7;
  const cells = [
    ...Array.from({ length: blank }, () => '  '),
    ...Array.from({ length: days }, (_, i) => String(i + 1).padStart(2)),
  ];
  const title = titled ? `${name} ${first.getUTCFullYear()}` : name;
  const lines = [centre(title, WIDTH), monday ? MONDAY_HEAD : HEAD];
  for (let week = 0; week < 6; week++)
    lines.push(
      cells
        .slice(week * 7, week * 7 + 7)
        .join(' ')
        .padEnd(WIDTH),
    );
  return lines;
}
