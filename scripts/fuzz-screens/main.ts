// Compares what full-screen programs show with the machine's real ones: random keys, then the two screens.
// Run: npx tsx scripts/fuzz-screens/main.ts PROGRAM [SEED] [COUNT]   (needs tmux and the programs; nothing in CI does)
//      npx tsx scripts/fuzz-screens/main.ts PROGRAM --keys 'KEYS…' [COMMAND]   shows one session, keys as in $'…'
import { Desk } from '../../server/shell/commands/screen/testing.ts';
import { TestWorld } from '../../server/shell/commands/testing.ts';
import { COMMANDS } from '../../server/shell/programs.ts';
import { Random } from '../../server/sim/index.ts';
import { GRAMMARS } from './grammars.ts';
import { RealScreen, type Shown } from './real.ts';
import type { Session } from './session.ts';

const SIZE = { columns: 80, rows: 24 };
const [program = 'less', seed = '1', count = '100', command] = process.argv.slice(2);
const grammar = GRAMMARS[program];
if (!grammar) throw new Error(`no grammar for ${program}`);
const real = new RealScreen(SIZE);
const world = new TestWorld({ commands: COMMANDS });

async function ours({ command, files, keys }: Session): Promise<Shown> {
  const placed = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/tmp/${name}`, text]));
  world.files(({ fs }) => {
    fs.removeAll('/tmp');
    fs.mkdirAll('/tmp');
  });
  const desk = new Desk(['bash', '--norc', '-c', command], { ...SIZE, world, files: placed });
  await desk.look(300);
  for (const key of keys) if (desk.process.alive) await desk.type(key, 100);
  const lines = await desk.look(2000);
  const cursor = desk.cursor;
  desk.process.signal('KILL');
  return { lines, cursor };
}

function compare(name: string, session: Session, theirs: Shown, mine: Shown, always = false): boolean {
  const tidy = grammar?.tidy ?? ((line: string) => line);
  const rows = theirs.lines.map((line, i) => [tidy(line), tidy(mine.lines[i] ?? '')] as const);
  const same = rows.every(([a, b]) => a === b) && theirs.cursor === mine.cursor;
  if (same && !always) return true;
  console.log(`=== ${name} ${session.command} ${JSON.stringify(session.keys.join(''))}`);
  for (const [a, b] of rows) {
    if (a === b) console.log(`    ${a}`);
    else console.log(`  < ${a}\n  > ${b}`);
  }
  if (theirs.cursor !== mine.cursor) console.log(`  cursor < ${theirs.cursor} > ${mine.cursor}`);
  return same;
}

async function fuzz(): Promise<void> {
  let failures = 0;
  for (let i = 0; i < Number(count); i++) {
    const session = (grammar as (typeof GRAMMARS)[string]).session(new Random(`${seed}/${i}`));
    const mine = await ours(session);
    const once = real.play(session.command, session.files, session.keys);
    const agree = JSON.stringify(once) === JSON.stringify(mine);
    const theirs = agree ? once : real.play(session.command, session.files, session.keys, 80);
    if (!compare(`${seed}/${i}`, session, theirs, mine)) failures++;
  }
  console.log(`${failures} of ${count} differ`);
}

async function show(keys: string): Promise<void> {
  const made = grammar?.session(new Random('1')) as Session;
  const typed = keys.split('␣').map((one) => JSON.parse(`"${one.replaceAll('"', '\\"')}"`) as string);
  const session = { ...made, keys: typed, ...(command === undefined ? {} : { command }) };
  compare(
    'keys',
    session,
    real.play(session.command, session.files, session.keys, 80),
    await ours(session),
    true,
  );
}

try {
  if (seed === '--keys') await show(count);
  else await fuzz();
} finally {
  real.close();
}
