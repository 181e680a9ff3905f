import type { TopSettings } from './top-view.ts';

/** What `h` shows, in our own words. */
export const HELP: readonly string[] = [
  'Help for Interactive Commands - procps-ng 4.0.4',
  '',
  '  M,P,N,T   sort by memory, CPU, pid, time;  R  reverse the order',
  '  1         each CPU apart;  c  command lines;  i  idle tasks',
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
  V: (s) => {
    s.forest = !s.forest;
  },
  '<': (s) => {
    s.sort = beside(s.sort, -1);
  },
  '>': (s) => {
    s.sort = beside(s.sort, 1);
  },
  ...Object.fromEntries(
    (['M', 'P', 'N', 'T'] as const).map((key) => [
      key,
      (s: TopSettings) => {
        s.sort = key;
        s.reverse = false;
      },
    ]),
  ),
};

/** Columns one can sort by, from left to right. */
const ORDER = ['N', 'P', 'M', 'T'] as const;

function beside(sort: TopSettings['sort'], step: 1 | -1): TopSettings['sort'] {
  const at = ORDER.indexOf(sort) + step;
  return ORDER[Math.max(0, Math.min(ORDER.length - 1, at))] as TopSettings['sort'];
}
