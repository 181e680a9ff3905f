// Runs command lines by the real kubectl and by ours, against the same cluster in the same state, tells what differs, and
// fails when a list has fewer lines that agree than `scores.json` says. UPDATE=1 writes the scores that were reached, and
// what the real one says without a server (`recorded.json`).
// usage: npm run conformance -- [--only TEXT] [--verbose] [LIST …]     Needs the network once, for the real kubectl.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Snapshot } from '../../../server/exam/world.ts';
import { clientFolder, PACKAGE } from '../cluster.mjs';
import { difference } from './compare.ts';
import { uncovered } from './coverage.ts';
import { type Line, type List, readLists } from './lists.ts';
import type { Ran } from './paced-world.ts';
import { Recorded } from './recorded.ts';
import { snapshotWith, stateScript } from './state.ts';
import { TwinShells } from './twins.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = import.meta.dirname;
/** Command lines that are run at a time; most of a line's time is the real kubectl's start. */
const AT_ONCE = 4;

/** How often a line that reads is tried: what it reads goes on changing. */
const TRIES = 4;

interface Result {
  readonly line: Line;
  readonly difference: string | undefined;
  /** As the real kubectl said it, where it was asked. */
  readonly real?: Ran;
}

async function runLine(twins: TwinShells, list: List, line: Line): Promise<Result | undefined> {
  if (!update && !list.writes && recorded.has(line.text)) {
    const ours = await twins.runOne('ours', line.text);
    if (recorded.agrees(line.text, ours, twins.home)) return { line, difference: undefined };
  }
  for (let tries = 1; ; tries++) {
    const both = await twins.run(line.text);
    const found = difference(both, { apart: list.writes });
    if (line.setup) return undefined;
    // What is read may have changed between two looks.
    if (!found || list.writes || line.exception || tries === TRIES)
      return { line, difference: found, real: both.real };
  }
}

/** Asks the real kubectl again where there is no server, so that the next comparison may do without it. */
async function record(twins: TwinShells, results: readonly Result[]): Promise<void> {
  await twins.cutOff();
  const todo = results.filter(({ line, difference: found }) => !found && !line.exception).values();
  const worker = async () => {
    for (const { line, real } of todo)
      if (real) recorded.note(line.text, [real, await twins.runOne('real', line.text)], twins.home);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function runReads(twins: TwinShells, list: List): Promise<Result[]> {
  const results: (Result | undefined)[] = [];
  const todo = list.lines.entries();
  const worker = async () => {
    for (const [index, line] of todo) results[index] = await runLine(twins, list, line);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results.filter((result) => result !== undefined);
}

async function runWrites(twins: TwinShells, list: List): Promise<Result[]> {
  const results: Result[] = [];
  for (const line of list.lines) {
    const result = await runLine(twins, list, line);
    if (result) results.push(result);
  }
  return results;
}

async function runList(list: List, snapshot: Snapshot, kubectl: string): Promise<Result[]> {
  const twins = await TwinShells.start(snapshot, {
    kubectl,
    files: join(folder, 'files'),
    apart: list.writes,
  });
  try {
    if (list.writes) return await runWrites(twins, list);
    const results = await runReads(twins, list);
    if (update) await record(twins, results);
    return results;
  } finally {
    await twins.close();
  }
}

const isBad = ({ line, difference: found }: Result) => found !== undefined && !line.exception;

/**
 * Runs a list, and when fewer lines agree than did before once more in a fresh world: all of one that writes, of one that
 * reads the lines that differ. A world keeps the wall's time, and what a busy machine delays is not a difference.
 */
async function runSurely(list: List): Promise<Result[]> {
  const results = await runList(list, snapshot, kubectl);
  const bad = results.filter(isBad);
  if (values.only || results.length - bad.length >= (scores[list.name] ?? 0)) return results;
  for (const result of bad) console.log(`tried again: ${described(list, result)}`);
  if (list.writes) return runList(list, snapshot, kubectl);
  const lines = list.lines.filter((line) => line.setup || bad.some((result) => result.line === line));
  const again = await runList({ ...list, lines }, snapshot, kubectl);
  return results.map((result) => again.find(({ line }) => line === result.line) ?? result);
}

const described = (list: List, { line, difference: found }: Result) =>
  `${list.name}:${line.number}: ${line.text}\n${found}`;

/** Tells what differs. Returns false when fewer lines agree than did before. */
function report(list: List, results: readonly Result[], verbose: boolean): boolean {
  const bad = results.filter(isBad);
  const stale = results.filter(({ line, difference: found }) => !found && line.exception);
  const agreed = results.length - bad.length;
  reached[list.name] = agreed;
  const worse = !values.only && agreed < (scores[list.name] ?? 0);
  console.log(`${worse ? 'WORSE' : 'ok   '} ${list.name}: ${agreed}/${results.length}`);
  for (const result of bad)
    console.log(verbose || worse ? described(list, result) : `  ${result.line.number}: ${result.line.text}`);
  for (const { line } of stale) console.log(`  ${line.number}: agrees, the exception can go: ${line.text}`);
  return !worse;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, verbose: { type: 'boolean', default: false } },
});
const only = (list: List): List => ({
  ...list,
  lines: list.lines.filter((line) => line.setup || !values.only || line.text.includes(values.only)),
});
const lists = readLists(folder)
  .filter(({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)))
  .map(only);
const update = Boolean(process.env['UPDATE']);
const recorded = new Recorded(folder, PACKAGE);
const scoresFile = join(folder, 'scores.json');
const scores: Record<string, number> = JSON.parse(readFileSync(scoresFile, 'utf8'));
const reached: Record<string, number> = {};
const started = Date.now();
const kubectl = clientFolder('kubectl');
const snapshot = await snapshotWith({
  labs: join(root, 'labs'),
  topology: 'three-nodes',
  scripts: [stateScript(folder)],
});
console.log(`booted in ${((Date.now() - started) / 1000).toFixed(1)} s`);
let total = 0;
const missing = uncovered(readLists(folder));
let good = missing.length === 0;
for (const name of missing) console.log(`no line uses ${name}`);
// Writes mostly wait, reads mostly compute.
const writing = Promise.all(
  lists
    .filter((list) => list.writes)
    .map(async (list) => {
      const results = await runSurely(list);
      total += results.length;
      good = report(list, results, values.verbose) && good;
    }),
);
for (const list of lists.filter((each) => !each.writes)) {
  const results = await runSurely(list);
  total += results.length;
  good = report(list, results, values.verbose) && good;
}
await writing;
const agreed = Object.values(reached).reduce((sum, count) => sum + count, 0);
const seconds = ((Date.now() - started) / 1000).toFixed(0);
console.log(`${agreed} of ${total} command lines agree, ${seconds} s`);
if (update) {
  writeFileSync(scoresFile, `${JSON.stringify({ ...scores, ...reached }, undefined, 2)}\n`);
  recorded.write();
}
process.exit(good || update ? 0 : 1);
