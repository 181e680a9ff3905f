import { fieldNamed } from './top-fields.ts';
import type { TopSettings } from './top-view.ts';

const FIRST = "top's Config File (Linux processes with windows)";

/** What `W` keeps; users and tasks that were chosen are for one run. */
type Kept = Omit<TopSettings, 'user' | 'pids' | 'filters'>;

export function toprcPath(env: ReadonlyMap<string, string>): string {
  return `${env.get('HOME') ?? '/root'}/.config/procps/toprc`;
}

export function toprcText({ user: _user, pids: _pids, filters: _filters, ...kept }: TopSettings): string {
  return `${FIRST}\n${JSON.stringify(kept satisfies Kept)}\n`;
}

/** What a file of `W` says; of another one nothing. */
export function readToprc(text: string): Partial<Kept> {
  const [first, second = ''] = text.split('\n');
  if (first !== FIRST) return {};
  try {
    const found = JSON.parse(second) as Record<string, unknown>;
    const own = Object.entries(found).filter(([name, value]) => isSane(name, value));
    return Object.fromEntries(own) as Partial<Kept>;
  } catch {
    return {};
  }
}

const MOST: Readonly<Record<string, number>> = {
  cpuStyle: 3,
  memoryStyle: 3,
  summaryScale: 5,
  taskScale: 4,
  most: 1_000_000,
};
const SWITCHES = new Set([
  'reverse',
  'perCpu',
  'commandLines',
  'idle',
  'load',
  'forest',
  'threads',
  'colours',
  'marksColumn',
  'marksRunning',
  'reversesMarks',
  'bold',
]);

function isSane(name: string, value: unknown): boolean {
  if (name === 'sort') return isField(value);
  if (name === 'fields') return Array.isArray(value) && value.length > 0 && value.every(isField);
  if (SWITCHES.has(name)) return typeof value === 'boolean';
  const most = MOST[name];
  return most !== undefined && Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

const isField = (value: unknown) => typeof value === 'string' && fieldNamed(value) !== undefined;
