import type { Host } from './host.ts';

/** A place that memory is swapped to. */
export interface SwapArea {
  readonly path: string;
  /** Without its header. */
  readonly bytes: number;
  readonly priority: number;
}

/** Where the kernel's list is written down, so that a host that is restored has it again. */
const STATE = '/run/swaps.json';
/** What `mkswap` writes, and the page that holds it. */
export const SWAP_MARK = 'SWAPSPACE2';
export const SWAP_PAGE = 4096;

/** What a host swaps to, first taken first. */
export function swapAreas(host: Host): readonly SwapArea[] {
  const { fs } = host.init;
  return fs.isFile(STATE) ? (JSON.parse(fs.read(STATE)) as SwapArea[]) : [];
}

export function setSwapAreas(host: Host, areas: readonly SwapArea[]): void {
  host.init.fs.mkdirAll('/run');
  host.init.fs.write(STATE, JSON.stringify(areas));
}

/** Bytes of them all. */
export function swapBytes(host: Host): number {
  return swapAreas(host).reduce((sum, area) => sum + area.bytes, 0);
}

/** `/proc/swaps`. */
export function swapLines(host: Host): string {
  const rows = swapAreas(host).map(
    ({ path, bytes, priority }) => `${path.padEnd(40)}file\t\t${bytes / 1024}\t\t0\t\t${priority}\n`,
  );
  return `Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n${rows.join('')}`;
}
