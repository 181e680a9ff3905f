import { cpus } from 'node:os';

/** The middle of `runs` results. */
export function median(runs: number, run: () => number): number {
  const results = Array.from({ length: runs }, run).sort((a, b) => a - b);
  return results[Math.floor(runs / 2)] as number;
}

/** Prints figures with the machine they were taken on. */
export function report(title: string, rows: readonly (readonly [string, string])[]): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  console.log(`${title} (Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()})`);
  for (const [name, value] of rows) console.log(`  ${name.padEnd(width)}  ${value}`);
}
