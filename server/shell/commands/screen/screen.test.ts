import { describe, expect, test } from 'vitest';
import { barLines, positionText, titleLine } from '../nano/bars.ts';
import { Sheet } from '../nano/sheet.ts';
import { Desk } from './testing.ts';

/** A program on a terminal of 40 by 8. */
function onDesk(args: readonly string[], files: Record<string, string>): Desk {
  const desk = new Desk(args, { columns: 40, rows: 8, files });
  desk.wait();
  return desk;
}

const LINES = Array.from({ length: 30 }, (_, i) => `line ${i + 1}\n`).join('');

describe('less', () => {
  test('pages, searches and quits', () => {
    const session = onDesk(['less', 'f'], { '/tmp/f': LINES });
    expect(session.raw(' ')).toContain('line 14');
    expect(session.raw('/line 22\r')).toContain('\x1b[1;1H\x1b[7mline 22');
    expect(session.raw('G')).toContain('(END)');
    expect(session.raw('g')).toContain('\x1b[1;1Hline 1');
    session.raw('q');
    expect(session.process.status?.code).toBe(0);
  });

  const keys: [name: string, args: string[], typed: string, shown: string][] = [
    ['shows only what matches', [], '&2[0-3]\r', '\x1b[1;1Hline 20'],
    ['shows what does not match', [], '&!line .$\r', '\x1b[1;1Hline 10'],
    ['shows all again', [], '&9\r&\r', '\x1b[1;1Hline 1\x1b'],
    ['goes back to a mark', [], "5jmaG'a", '\x1b[1;1Hline 6'],
    ['knows no such mark', [], "'z", 'Mark not set'],
    ['numbers lines', ['-N'], 'j', '\x1b[1;1H      2 line 2'],
    ['searches backwards', [], 'G?line 3\r', '\x1b[1;1H\x1b[7mline 3'],
  ];
  test.each(keys)('%s', (_name, args, typed, shown) => {
    const session = onDesk(['less', ...args, 'f'], { '/tmp/f': LINES });
    expect(session.raw(typed)).toContain(shown);
  });
});

describe('less on a whole screen', () => {
  // Screens of less 590, as scripts/fuzz-screens compares them.
  const sessions: [name: string, command: string, typed: string, row: number, shown: string][] = [
    ['a short text has its prompt right below', 'less short', '', 1, 'short (END)'],
    ['names the next file', 'less short f', '', 1, 'short (file 1 of 2) (END) - Next: f'],
    ['goes to it', 'less short f', ':n', 7, 'f (file 2 of 2)'],
    ['tells that there is none', 'less f', ':n', 7, 'No next file  (press RETURN)'],
    ['says what an option is now', 'less f', '-S', 7, 'Chop long lines  (press RETURN)'],
    [
      'knows no such option',
      'less f',
      '-Z',
      7,
      'There is no -Z option ("less --help" for help)  (press RETURN)',
    ],
    ['asks for the number of an option', 'less f', '-x', 7, 'Tab stops:'],
    ['shows a number while it is typed', 'less f', '12', 7, ':12'],
    ['has a long prompt', 'less -M f', '', 7, 'f lines 1-7/30 21%'],
    ['tells the place', 'less f', '=', 7, 'f lines 1-7/30 byte 49/231 21%  (press RETURN)'],
    ['starts where + says', 'less +5 f', '', 0, 'line 5'],
    ['numbers only if asked', 'less -N f', '', 0, '      1 line 1'],
    ['marks the filter', 'less f', '&9$\r', 7, '& (END)'],
    ['refuses what is not there', 'less nosuch', '', 0, 'nosuch: No such file or directory'],
  ];
  test.each(sessions)('%s', async (_name, command, typed, row, shown) => {
    const files = { '/tmp/f': LINES, '/tmp/short': 'short\n' };
    const desk = new Desk(command.split(' '), { columns: 70, rows: 8, files });
    expect((await desk.type(typed))[row]).toBe(shown);
  });
});

describe('more', () => {
  test('tells how far it is, skips, searches, and waits at the end', async () => {
    const desk = new Desk(['more', '/tmp/f'], { columns: 40, rows: 8, files: { '/tmp/f': LINES } });
    expect((await desk.look(50))[7]).toBe('--More--(21%)');
    expect((await desk.type('2s'))[0]).toBe('line 10');
    await desk.type('/');
    expect(await desk.type('line 25\r')).toContain('line 25');
    expect((await desk.type(' '))[7]).toBe('(END)');
    expect((await desk.type('\r')).slice(-2)).toEqual(['', '(END)']);
    await desk.type('q');
    expect(desk.process.alive).toBe(false);
  });

  // Screens of more 2.38, as scripts/fuzz-screens compares them.
  const sessions: [name: string, command: string, keys: string[], row: number, shown: string][] = [
    ['goes back', 'more f', [' ', ' ', 'b'], 6, 'line 13'],
    ['goes back by an arrow', 'more f', [' ', ' ', '\x1b[A'], 7, '--More--(41%)'],
    ['searches backwards from nothing', 'more f', ['n'], 7, 'No previous regular expression'],
    ['leaves a search that fails', 'more f', ['/', 'zzz\r'], 6, 'line 13'],
    ['names the next file', 'more s f', [' ', ':', 'n'], 7, '--More--(Next file: f)'],
    ['tells file and line', 'more f', [':', 'f'], 7, '"f" line 7'],
    ['again', 'more f', ['\r', '.', '.'], 7, '--More--(30%)'],
    ['paints a screen anew', 'more f', [' ', '\f'], 0, 'line 8'],
  ];
  test.each(sessions)('%s', async (_name, command, keys, row, shown) => {
    const files = { '/tmp/f': LINES, '/tmp/s': 'one\ntwo\n' };
    const desk = new Desk(command.split(' '), { columns: 40, rows: 8, files });
    await desk.look(50);
    for (const key of keys) await desk.type(key, 50);
    expect((await desk.look(50))[row]).toBe(shown);
  });
});

describe('watch', () => {
  test('runs again and again until ^C', () => {
    const session = onDesk(['watch', '-n', '1', 'cat', '/tmp/f'], { '/tmp/f': 'first\n' });
    session.world.files(({ fs }) => fs.write('/tmp/f', 'second\n'));
    expect(session.wait(1200)).toContain('second');
    session.raw('\x03');
    expect(session.process.alive).toBe(false);
  });
});

describe('nano', () => {
  test('types, saves and leaves', () => {
    const session = onDesk(['nano', '/tmp/f'], { '/tmp/f': 'one\n' });
    session.raw('new \x1b[B\x1b[Blast');
    expect(session.raw('\x18')).toContain('Save modified buffer?');
    session.raw('y');
    session.raw('\r');
    expect(session.process.status?.code).toBe(0);
    session.world.files(({ fs }) => expect(fs.read('/tmp/f')).toBe('new one\nlast\n'));
  });

  // Recorded from nano 7.2 on a terminal of 80 columns.
  test('bars, title and the place of the cursor', () => {
    const plain = (lines: readonly string[]) =>
      lines.map((line) => line.replace(/\x1b\[\d*m/g, '').trimEnd());
    expect(plain(barLines('main', 80))).toEqual([
      '^G Help      ^O Write Out ^W Where Is  ^K Cut       ^T Execute   ^C Location',
      '^X Exit      ^R Read File ^\\ Replace   ^U Paste     ^J Justify   ^/ Go To Line',
    ]);
    expect(plain(barLines('write', 80))[1]).toBe(
      '^C Cancel           M-M Mac Format      M-P Prepend         ^T Browse',
    );
    expect(plain(barLines('save', 80))).toEqual([' Y Yes', ' N No           ^C Cancel']);
    const file = { name: 'alpha.txt', modified: true, readOnly: false, flags: '     ', sheets: undefined };
    expect(plain([titleLine(80, file)])).toEqual(['  GNU nano 7.2                        alpha.txt *']);
    const sheet = new Sheet();
    sheet.buffer.load(['one', 'two', ''], true);
    sheet.place({ line: 0, column: 2 });
    expect(positionText(sheet, 8)).toBe('line  1/3 (33%), col  3/ 4 ( 75%), char  2/8 (25%)');
  });
});

describe('nano on a whole screen', () => {
  // Screens of nano 7.2, as scripts/fuzz-screens compares them.
  const TEXT = 'kind: Pod\nname: web\nlabel: web\n';
  const sessions: [name: string, keys: string[], row: number, shown: string][] = [
    ['replaces all', ['\x1cweb\r', 'db\r', 'a'], 3, 'label: db'],
    ['tells how often', ['\x1cweb\r', 'db\r', 'a'], 9, '[ Replaced 2 occurrences ]'],
    ['shows the switches of a search', ['\x17\x1bc\x1br'], 9, 'Search [Case Sensitive] [Regexp]:'],
    ['finds what a pattern says', ['\x17\x1br', '^l.*b$\r', '\x0b'], 3, ''],
    ['tells what is not there', ['\x17nosuch\r'], 9, '[ "nosuch" not found ]'],
    ['cuts lines and pastes them', ['\x0b\x0b', '\x1b/', '\x15'], 2, 'kind: Pod'],
    ['copies a region', ['\x1ba', '\x1b[B', '\x1b6', '\x1b/', '\x15'], 4, 'kind: Pod'],
    ['undoes and says what', ['\x0b', '\x1bu'], 9, '[ Undid cut ]'],
    ['numbers lines', ['\x1bn'], 1, ' 1 kind: Pod'],
    ['indents as YAML wants it', ['\x1b}'], 1, '  kind: Pod'],
    ['comments out', ['\x1b3'], 1, '#kind: Pod'],
    ['goes to a line and column', ['\x1f2,7\r', 'X'], 2, 'name: Xweb'],
    ['counts', ['\x1bd'], 9, '[ 3 lines,  6 words,  31 characters ]'],
    ['fills a paragraph', ['\x0a'], 1, 'kind: Pod name: web label: web'],
    ['asks under what name', ['\x0f\x1bd'], 9, 'File Name to Write [DOS Format]: a.yaml'],
    ['has several files', ['\x12\x1bf', '/tmp/b\r'], 0, '  [2/2]                   /tmp/b'],
    ['plays a macro', ['\x1b:', 'x\x1b[B', '\x1b:', '\x1b;'], 2, 'nxame: web'],
  ];
  test.each(sessions)('%s', async (_name, keys, row, shown) => {
    const files = { '/tmp/a.yaml': TEXT, '/tmp/b': 'second\n' };
    const desk = new Desk(['nano', 'a.yaml'], { columns: 60, rows: 12, files });
    await desk.look(50);
    let screen: string[] = [];
    for (const key of keys) screen = await desk.type(key, 100);
    expect(screen[row]?.trim()).toBe(shown.trim());
  });

  test('warns of another editor, reads its nanorc, leaves the lock to nobody', async () => {
    const files = { '/tmp/a': 'x\n', '/root/.nanorc': 'set linenumbers\nset nosuch\n' };
    const first = new Desk(['nano', 'a'], { columns: 70, rows: 12, files });
    const shown = await first.look(50);
    expect(shown[1]).toBe(' 1 x');
    expect(shown[9]).toContain('Error in /root/.nanorc on line 2: Unknown option: nosuch');
    const second = new Desk(['nano', 'a'], { columns: 70, rows: 12, world: first.world });
    expect((await second.look(50))[9]).toMatch(/^File a is being edited by root \(with nano 7.2, PID \d+\)/);
    await second.type('n');
    await first.type('\x18');
    first.world.files(({ fs }) => expect(fs.exists('/tmp/.a.swp')).toBe(false));
  });
});

describe('vi', () => {
  test('clears what stood on its last line, tells what was undone and selected', () => {
    const shown = (keys: string) => {
      const session = onDesk(['vi', '/tmp/f'], { '/tmp/f': 'one\n' });
      return session.raw(keys);
    };
    expect(shown('i')).toMatch(/-- INSERT --\S* {9}/);
    expect(shown('vl')).toMatch(/-- VISUAL --\S*2 +1,2/);
    expect(shown('yypu')).toContain('1 line less; before #1  0 seconds ago');
    expect(shown(':set list\r')).toContain(':set list');
    expect(shown(':echo "tabs" . &ts line("$")\r')).toContain('tabs8 1');
    expect(shown(':set fdm=syntax\r')).toContain('E519: Option not supported: fdm=syntax');
    expect(shown(':set cc=3\r')).toContain('\x1b[41me');
  });

  test('is raw on a terminal and puts it back', () => {
    const session = onDesk(['vi', '/tmp/f'], { '/tmp/f': 'one\ntwo\n' });
    expect(session.pty.modes.icanon).toBe(false);
    expect(session.raw('jcwTWO\x1b')).toContain('TWO');
    session.raw(':wq\r');
    expect(session.process.status?.code).toBe(0);
    expect(session.pty.modes.icanon).toBe(true);
    session.world.files(({ fs }) => expect(fs.read('/tmp/f')).toBe('one\nTWO\n'));
  });

  test('redraws when the window changes', () => {
    const session = onDesk(['vi', '/tmp/f'], { '/tmp/f': LINES });
    session.pty.take();
    session.pty.resize({ columns: 60, rows: 12 });
    expect(session.wait()).toContain('line 9');
  });
});

describe('tail -f', () => {
  test('prints what is added', () => {
    const session = onDesk(['tail', '-f', '/tmp/f'], { '/tmp/f': 'one\n' });
    session.world.files(({ fs }) => fs.append('/tmp/f', 'two\n'));
    expect(session.wait()).toContain('two');
    session.raw('\x03');
    expect(session.process.alive).toBe(false);
  });
});

describe('top', () => {
  test('sorts, asks whom to signal, and quits', () => {
    const session = onDesk(['top', '-d', '1'], {});
    session.world.host.init.spawn('/usr/bin/sleep', { args: ['sleep', '1000'] });
    session.pty.resize({ columns: 100, rows: 20 });
    session.raw('N');
    const screen = session.wait(1100);
    expect(screen).toContain('Tasks:');
    expect(screen).toMatch(/ sleep\x1b\[K/);
    const pid = /\s(\d+) root +20 .* sleep/.exec(screen)?.[1] as string;
    expect(session.raw('c')).toContain('sleep 1000');
    session.raw('k');
    expect(session.raw(`${pid}\r`)).toContain(`Send pid ${pid} signal [15/sigterm]`);
    expect(session.raw('9\r')).not.toContain('sleep 1000');
    expect(session.raw('A')).toContain("Unknown command - try 'h' for help");
    session.raw('q');
    expect(session.process.status?.code).toBe(0);
  });

  test('shows bars, other units, families; sets a niceness; keeps what was chosen', async () => {
    const desk = new Desk(['top', '-d', '60'], { columns: 80, rows: 20 });
    const child = desk.world.host.init.spawn('/usr/bin/sleep', { args: ['sleep', '1000'] });
    let screen = await desk.type('m');
    expect(screen[3]).toMatch(/^MiB Mem : +[\d.]+\/[\d.]+ +\[\|* +\]$/);
    screen = await desk.type('mmmE');
    expect(screen[3]).toMatch(/^GiB Mem : +\d+\.\d{3} total/);
    screen = await desk.type('l');
    expect(screen[0]).toMatch(/^Tasks:/);
    await desk.type(`r${child.pid}\r`);
    await desk.type('7\r');
    expect(child.niceness).toBe(7);
    screen = await desk.type('W');
    expect(screen[4]).toBe(" Wrote configuration to '/root/.config/procps/toprc'");
    await desk.type('q');
    const again = new Desk(['top'], { columns: 80, rows: 20, world: desk.world });
    expect((await again.look(50))[0]).toMatch(/^Tasks:/);
  });

  test('chooses columns, filters, marks and finds', async () => {
    const desk = new Desk(['top', '-d', '60'], { columns: 90, rows: 24 });
    desk.world.host.init.spawn('/usr/bin/sleep', { args: ['sleep', '1000'] });
    let screen = await desk.type('f');
    expect(screen[0]).toBe('Fields Management for window 1:Def, whose current sort field is %CPU');
    expect(screen[4]).toMatch(/^\* PID {6}= Process Id +SID {6}= Session Id$/);
    // USER goes, PPID comes to the front and is what is sorted by.
    screen = await desk.type(`\x1b[B ${'j'.repeat(11)} s\x1b[C${'k'.repeat(20)}\r`);
    expect(screen[0]).toContain('whose current sort field is PPID');
    expect(screen[4]).toMatch(/^\* PPID /);
    screen = await desk.type('q');
    expect(screen[6]).toBe('   PPID     PID  PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND');
    screen = await desk.type('oCOMMAND=SLEEP\r');
    expect(screen.slice(7).filter((line) => line !== '')).toHaveLength(1);
    screen = await desk.type('\x0f');
    expect(screen[5]).toBe("<Enter> to resume, filters: 'COMMAND=SLEEP'");
    screen = await desk.type('\r=oFOO=1\r');
    expect(screen[5]).toBe(" unrecognized field name 'FOO'");
    screen = await desk.type('Lnosuch\r');
    expect(screen[5]).toBe(' Locate string not found');
    screen = await desk.type('H');
    expect(screen[1]).toMatch(/^Threads: +\d+ total/);
    expect(desk.raw('zx')).toContain('\x1b[1;31m');
  });
});
