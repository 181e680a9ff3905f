import { describe, expect, test } from 'vitest';
import { type OpenFile, ROOT } from '../../../host/index.ts';
import type { Process } from '../../../sim/index.ts';
import { TestWorld } from '../testing.ts';
import { barLines, positionText, titleLine } from './nano-bars.ts';

/** A program on a terminal of 40 by 8. */
class Session {
  readonly world = new TestWorld();
  readonly pty = this.world.host.terminals.create({ columns: 40, rows: 8 });
  readonly process: Process;

  constructor(args: readonly string[], files: Record<string, string>) {
    this.world.files(({ fs }) => {
      for (const [path, text] of Object.entries(files)) fs.write(path, text);
    });
    const { host } = this.world;
    const file = this.pty.open().retain();
    this.process = host.spawn({
      main: function* (context) {
        return yield* context.exec(args[0] as string, args);
      },
      process: { newSession: true },
      state: {
        host,
        args,
        env: new Map([
          ['PATH', '/usr/bin'],
          ['TERM', 'xterm-256color'],
        ]),
        cwd: '/tmp',
        umask: 0o022,
        credentials: ROOT,
        mounts: host.mounts,
        network: host.network,
        hostname: undefined,
        fds: new Map<number, OpenFile>([
          [0, file],
          [1, file],
          [2, file],
        ]),
      },
    });
    this.process.terminal = this.pty;
    this.pty.session = this.process.pid;
    this.pty.foreground = this.process.group;
    this.wait();
  }

  wait(ms = 50): string {
    this.world.clock.advance(ms);
    return this.pty.take() ?? '';
  }

  type(text: string): string {
    this.pty.input(text);
    return this.wait();
  }
}

const LINES = Array.from({ length: 30 }, (_, i) => `line ${i + 1}\n`).join('');

describe('less', () => {
  test('pages, searches and quits', () => {
    const session = new Session(['less', 'f'], { '/tmp/f': LINES });
    expect(session.type(' ')).toContain('line 14');
    expect(session.type('/line 22\r')).toContain('\x1b[1;1H\x1b[7mline 22');
    expect(session.type('G')).toContain('(END)');
    expect(session.type('g')).toContain('\x1b[1;1Hline 1');
    session.type('q');
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
    const session = new Session(['less', ...args, 'f'], { '/tmp/f': LINES });
    expect(session.type(typed)).toContain(shown);
  });
});

describe('watch', () => {
  test('runs again and again until ^C', () => {
    const session = new Session(['watch', '-n', '1', 'cat', '/tmp/f'], { '/tmp/f': 'first\n' });
    session.world.files(({ fs }) => fs.write('/tmp/f', 'second\n'));
    expect(session.wait(1200)).toContain('second');
    session.type('\x03');
    expect(session.process.alive).toBe(false);
  });
});

describe('nano', () => {
  test('types, saves and leaves', () => {
    const session = new Session(['nano', '/tmp/f'], { '/tmp/f': 'one\n' });
    session.type('new \x1b[B\x1b[Blast\r');
    expect(session.type('\x18')).toContain('Save modified buffer?');
    session.type('y');
    session.type('\r');
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
    const file = { name: 'alpha.txt', modified: true, readOnly: false };
    expect(plain([titleLine(80, file)])).toEqual(['  GNU nano 7.2                        alpha.txt *']);
    expect(positionText(['one', 'two', ''], 0, 2)).toBe(
      '[ line  1/3 (33%), col  3/ 4 ( 75%), char  2/8 (25%) ]',
    );
  });
});

describe('vi', () => {
  test('clears what stood on its last line, tells what was undone and selected', () => {
    const shown = (keys: string) => {
      const session = new Session(['vi', '/tmp/f'], { '/tmp/f': 'one\n' });
      return session.type(keys);
    };
    expect(shown('i')).toMatch(/-- INSERT --\S* {9}/);
    expect(shown('vl')).toMatch(/-- VISUAL --\S*2 +1,2/);
    expect(shown('yypu')).toContain('1 line less; before #1  0 seconds ago');
    expect(shown(':set list\r')).toContain(':set list');
  });

  test('is raw on a terminal and puts it back', () => {
    const session = new Session(['vi', '/tmp/f'], { '/tmp/f': 'one\ntwo\n' });
    expect(session.pty.modes.icanon).toBe(false);
    expect(session.type('jcwTWO\x1b')).toContain('TWO');
    session.type(':wq\r');
    expect(session.process.status?.code).toBe(0);
    expect(session.pty.modes.icanon).toBe(true);
    session.world.files(({ fs }) => expect(fs.read('/tmp/f')).toBe('one\nTWO\n'));
  });

  test('redraws when the window changes', () => {
    const session = new Session(['vi', '/tmp/f'], { '/tmp/f': LINES });
    session.pty.take();
    session.pty.resize({ columns: 60, rows: 12 });
    expect(session.wait()).toContain('line 9');
  });
});

describe('tail -f', () => {
  test('prints what is added', () => {
    const session = new Session(['tail', '-f', '/tmp/f'], { '/tmp/f': 'one\n' });
    session.world.files(({ fs }) => fs.append('/tmp/f', 'two\n'));
    expect(session.wait()).toContain('two');
    session.type('\x03');
    expect(session.process.alive).toBe(false);
  });
});

describe('top', () => {
  test('sorts, asks whom to signal, and quits', () => {
    const session = new Session(['top', '-d', '1'], {});
    session.world.host.init.spawn('/usr/bin/sleep', { args: ['sleep', '1000'] });
    session.pty.resize({ columns: 100, rows: 20 });
    const screen = session.wait(1100);
    expect(screen).toContain('Tasks:');
    expect(screen).toMatch(/ sleep\x1b\[K/);
    const pid = /\s(\d+) root +20 .* sleep/.exec(screen)?.[1] as string;
    expect(session.type('c')).toContain('sleep 1000');
    session.type('k');
    expect(session.type(`${pid}\r`)).toContain(`Send pid ${pid} signal [15/sigterm]`);
    expect(session.type('9\r')).not.toContain('sleep 1000');
    expect(session.type('y')).toContain("Unknown command - try 'h' for help");
    session.type('q');
    expect(session.process.status?.code).toBe(0);
  });
});
