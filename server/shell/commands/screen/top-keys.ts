import type { TopSettings } from './top-view.ts';

/** What `h` shows, in our own words. */
export const HELP: readonly string[] = [
  'Help for Interactive Commands - procps-ng 4.0.4',
  '',
  '  M,P,N,T   sort by memory, CPU, pid, time;  R  reverse the order',
  '  1         each CPU apart;  c  command lines;  i  idle tasks',
  '  f         columns, their order and the one to sort by;  < >  the one beside it',
  '  o,O       only tasks like FLD=VAL, FLD<VAL, FLD>VAL;  ^O  shows these,  +  drops them',
  '  L,&       finds a text;  =  all tasks again;  H  threads',
  '  z,x,y,b,B colours, the sorted column, running tasks, in reverse, bold',
  '  u         tasks of one user',
  '  k         send a signal to a task',
  '  r         another niceness for a task',
  '  l,t,m     the lines of load, CPUs, memory;  E,e  their units, those of tasks',
  '  V         children below their parents;  n or #  at most so many tasks',
  '  W         write the settings to a file',
  '  d or s    delay between updates',
  '  h or ?    this help;  q  quit',
  '',
  "Type 'q' or <Esc> to continue ",
];

/** What a key does to the settings. */
export const TOGGLES: Readonly<Record<string, (settings: TopSettings) => void>> = {
  '1': (s) => {
    s.perCpu = !s.perCpu;
  },
  c: (s) => {
    s.commandLines = !s.commandLines;
  },
  i: (s) => {
    s.idle = !s.idle;
  },
  R: (s) => {
    s.reverse = !s.reverse;
  },
  l: (s) => {
    s.load = !s.load;
  },
  t: (s) => {
    s.cpuStyle = (s.cpuStyle + 1) % 4;
  },
  m: (s) => {
    s.memoryStyle = (s.memoryStyle + 1) % 4;
  },
  E: (s) => {
    s.summaryScale = (s.summaryScale + 1) % 6;
  },
  e: (s) => {
    s.taskScale = (s.taskScale + 1) % 5;
  },
  H: (s) => {
    s.threads = !s.threads;
  },
  z: (s) => {
    s.colours = !s.colours;
  },
  x: (s) => {
    s.marksColumn = !s.marksColumn;
  },
  y: (s) => {
    s.marksRunning = !s.marksRunning;
  },
  b: (s) => {
    s.reversesMarks = !s.reversesMarks;
  },
  B: (s) => {
    s.bold = !s.bold;
  },
  '=': (s) => {
    s.filters = [];
    s.user = undefined;
    s.pids = [];
    s.most = 0;
    s.idle = true;
  },
  '+': (s) => {
    s.filters = [];
  },
  V: (s) => {
    s.forest = !s.forest;
  },
  '<': (s) => {
    s.sort = beside(s, -1);
  },
  '>': (s) => {
    s.sort = beside(s, 1);
  },
  ...Object.fromEntries(
    Object.entries({ M: '%MEM', P: '%CPU', N: 'PID', T: 'TIME+' }).map(([key, field]) => [
      key,
      (s: TopSettings) => {
        s.sort = field;
        s.reverse = false;
      },
    ]),
  ),
};

/** The column left or right of the one that is sorted by. */
function beside({ sort, fields }: TopSettings, step: 1 | -1): string {
  const at = fields.indexOf(sort) + step;
  return fields[Math.max(0, Math.min(fields.length - 1, at))] ?? sort;
}
