import { quote } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

export const uniq = tool({
  name: 'uniq',
  summary: 'report or omit repeated lines',
  usage: '[OPTION]... [INPUT [OUTPUT]]',
  options:
    'c|count d|repeated D all-repeated? f|skip-fields= group? i|ignore-case s|skip-chars= u|unique z|zero-terminated w|check-chars=',
  *run(call) {
    const { options, operands } = call;
    if (operands.length > 2) call.misuse(`extra operand ${quote(operands[2] as string)}`);
    if (options.has('group') && options.has('c', 'd', 'D', 'u', 'all-repeated'))
      call.misuse('--group is mutually exclusive with -c/-d/-D/-u');
    if (options.has('c') && options.has('D', 'all-repeated'))
      call.misuse('printing all duplicated lines and repeat counts is meaningless');
    const separator = options.has('z') ? '\0' : '\n';
    const input = call.open(operands[0] ?? '-');
    const key = keyOf(call);
    const out = collector(call, operands[1]);
    let run: string[] = [];
    let current: string | undefined;
    for (;;) {
      const line = yield* input.line(separator);
      const lineKey = line === undefined ? undefined : key(line);
      if (run.length > 0 && lineKey === current) {
        if (options.has('D', 'all-repeated', 'group', 'c')) run.push(line as string);
        else run.length < 2 && run.push(run[0] as string);
        continue;
      }
      if (run.length > 0) yield* out.print(shown(call, run, separator, out.first));
      if (line === undefined) break;
      run = [line];
      current = lineKey;
    }
    if (options.has('group') && !out.first && ['append', 'both'].includes(options.get('group') ?? ''))
      yield* out.print(separator);
    yield* out.end();
    return undefined;
  },
});

function keyOf(call: Call): (line: string) => string {
  const { options } = call;
  const count = (option: string, what: string) => {
    const text = options.get(option);
    if (text !== undefined && !/^\+?\d+$/.test(text)) call.fail(`${text}: invalid number of ${what}`);
    return text === undefined ? undefined : Number(text);
  };
  const fields = count('f', 'fields to skip') ?? 0;
  const chars = count('s', 'bytes to skip') ?? 0;
  const width = count('w', 'bytes to compare');
  return (line) => {
    let key = line;
    for (let i = 0; i < fields; i++) key = key.replace(/^[ \t]*[^ \t]*/, '');
    key = key.slice(chars, width === undefined ? undefined : chars + width);
    return options.has('i') ? key.toLowerCase() : key;
  };
}

function shown(call: Call, run: readonly string[], separator: string, first: boolean): string {
  const { options } = call;
  const repeated = run.length > 1;
  if (options.has('group')) return grouped(run, options.get('group') ?? 'separate', separator, first);
  if (options.has('d', 'D', 'all-repeated') && !repeated) return '';
  if (options.has('u') && repeated) return '';
  if (options.has('D', 'all-repeated'))
    return grouped(run, options.get('all-repeated') ?? 'none', separator, first);
  const count = options.has('c') ? `${String(run.length).padStart(7)} ` : '';
  return count + run[0] + separator;
}

function grouped(run: readonly string[], method: string, separator: string, first: boolean): string {
  const before =
    method === 'prepend' || method === 'both' || ((method === 'separate' || method === 'append') && !first);
  return (before ? separator : '') + run.map((line) => line + separator).join('');
}

/** Standard output, or the file of the second operand. */
function collector(call: Call, path: string | undefined) {
  let text = '';
  return {
    first: true,
    *print(piece: string) {
      if (piece !== '') this.first = false;
      if (path === undefined) yield* call.print(piece);
      else text += piece;
    },
    *end() {
      if (path !== undefined) call.context.fs.write(path, text);
    },
  };
}
