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
    const screen = session.wait(1100);
    expect(screen).toContain('Tasks:');
    expect(screen).toMatch(/ sleep\x1b\[K/);
    const pid = /\s(\d+) root +20 .* sleep/.exec(screen)?.[1] as string;
    expect(session.raw('c')).toContain('sleep 1000');
    session.raw('k');
    expect(session.raw(`${pid}\r`)).toContain(`Send pid ${pid} signal [15/sigterm]`);
    expect(session.raw('9\r')).not.toContain('sleep 1000');
    expect(session.raw('y')).toContain("Unknown command - try 'h' for help");
    session.raw('q');
    expect(session.process.status?.code).toBe(0);
  });
});
