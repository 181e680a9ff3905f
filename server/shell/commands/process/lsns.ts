import { isSystemError } from '../../../host/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { type ProcessView, visibleProcesses } from './view.ts';

const TYPES = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'] as const;
const COLUMNS = ['NS', 'TYPE', 'NPROCS', 'PID', 'USER', 'COMMAND', 'PATH', 'PPID', 'UID'] as const;
type Column = (typeof COLUMNS)[number];
const RIGHT: ReadonlySet<string> = new Set(['NS', 'NPROCS', 'PID', 'PPID', 'UID']);

interface Namespace {
  readonly number: string;
  readonly type: string;
  /** The processes in it, the oldest first. */
  readonly members: ProcessView[];
}

/** Models util-linux lsns: the namespaces that processes are in. */
export const lsns = tool({
  name: 'lsns',
  summary: 'list system namespaces',
  usage: '[options] [<namespace>]',
  version: 'util-linux 2.39.3',
  options:
    'J|json l|list n|noheadings o|output= output-all P|persistent p|task= r|raw u|notruncate W|nowrap t|type= T|tree?',
  *run(call) {
    const { options, operands } = call;
    for (const refused of ['J', 'P', 'T'])
      if (options.has(refused)) call.fail(`-${refused} is not simulated`);
    const columns = (options.get('o')?.toUpperCase().split(',') ?? COLUMNS.slice(0, 6)) as Column[];
    for (const column of columns) if (!COLUMNS.includes(column)) call.fail(`unknown column: ${column}`);
    const types = options.all('t');
    for (const type of types)
      if (!(TYPES as readonly string[]).includes(type)) call.fail(`unknown namespace type: ${type}`);
    const task = options.get('p');
    const found = namespaces(call).filter(
      ({ number, type, members }) =>
        (types.length === 0 || types.includes(type)) &&
        (task === undefined || members.some(({ pid }) => String(pid) === task)) &&
        (operands[0] === undefined || number === operands[0]),
    );
    if (task !== undefined && !visibleProcesses(call.context).some(({ pid }) => String(pid) === task))
      call.fail(`not found process: ${task}`);
    const rows = found.map((one) => columns.map((column) => cell(one, column)));
    yield* call.print(table(columns, options.has('n') ? rows : [[...columns], ...rows]));
    return 0;
  },
});

function namespaces(call: Call): Namespace[] {
  const found = new Map<string, Namespace>();
  const views = visibleProcesses(call.context).filter(({ process }) => process !== call.context.process);
  for (const view of views)
    for (const type of TYPES) {
      const link = linkOf(call, view.pid, type);
      const number = link === undefined ? undefined : /\[(\d+)\]/.exec(link)?.[1];
      if (number === undefined) continue;
      const known = found.get(`${type}:${number}`);
      if (known) known.members.push(view);
      else found.set(`${type}:${number}`, { number, type, members: [view] });
    }
  return [...found.values()].sort(
    (a, b) => Number(a.number) - Number(b.number) || (a.type < b.type ? -1 : 1),
  );
}

function linkOf({ context }: Call, pid: number, type: string): string | undefined {
  try {
    return context.fs.readlink(`/proc/${pid}/ns/${type}`);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return undefined;
  }
}

function cell({ number, type, members }: Namespace, column: Column): string {
  const first = members[0] as ProcessView;
  const values: Readonly<Record<Column, string>> = {
    NS: number,
    TYPE: type,
    NPROCS: String(members.length),
    PID: String(first.pid),
    PPID: String(first.ppid),
    UID: String(first.uid),
    USER: first.user,
    COMMAND: first.args,
    PATH: `/proc/${first.pid}/ns/${type}`,
  };
  return values[column];
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows
    .map((row) => {
      const cells = row.map((text, i) => {
        const width = widths[i] ?? 0;
        if (RIGHT.has(columns[i] ?? '')) return text.padStart(width);
        return i === row.length - 1 ? text : text.padEnd(width);
      });
      return `${cells.join(' ')}\n`;
    })
    .join('');
}
