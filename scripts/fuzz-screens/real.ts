// The machine's real programs on the screen of a tmux of our own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const ENV = 'PATH=/usr/bin:/bin LC_ALL=C.UTF-8 TERM=screen-256color SHELL=/bin/bash';
/** A screen has settled when it looked the same so often. */
const LOOKS = 3;

/** What a screen shows: its lines, and where the cursor stands. */
export interface Shown {
  readonly lines: readonly string[];
  readonly cursor: string;
}

export class RealScreen {
  readonly #folder = mkdtempSync(join(tmpdir(), 'screens-'));
  readonly #socket = `screens-${process.pid}`;

  constructor({ columns, rows }: Size) {
    const size = ['-x', String(columns), '-y', String(rows)];
    this.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, 'sleep 100000');
    for (const option of [
      ['status', 'off'],
      ['escape-time', '0'],
      ['default-terminal', 'screen-256color'],
      ['remain-on-exit', 'on'],
      ['remain-on-exit-format', ''],
    ])
      this.#tmux('set', '-g', ...option);
    this.#tmux('resize-window', ...size);
  }

  #tmux(...args: string[]): string {
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' };
    return spawnSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8', env }).stdout;
  }

  /** Starts a command line among files, types, and gives the screen when it rests. */
  play(
    command: string,
    files: Readonly<Record<string, string>>,
    keys: readonly string[],
    pauseMs = 25,
  ): Shown {
    const folder = mkdtempSync(join(this.#folder, 'case-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const line = `cd ${folder}; exec env -i HOME=${folder} ${ENV} bash --norc -c ${quoted(`stty -ixon; ${command}`)}`;
    this.#tmux('respawn-pane', '-k', line);
    this.#tmux('clear-history');
    this.#rest(pauseMs * 3, (shown) => shown.lines.some((one) => one !== ''));
    for (const key of keys) {
      this.#type(key);
      this.#rest(pauseMs);
    }
    return this.#rest(pauseMs);
  }

  #type(text: string): void {
    const bytes = [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0'));
    this.#tmux('send-keys', '-H', ...bytes);
  }

  #look(): Shown {
    const text = this.#tmux('capture-pane', '-p');
    const cursor = this.#tmux('display-message', '-p', '#{cursor_y},#{cursor_x}').trim();
    return {
      lines: text
        .split('\n')
        .slice(0, -1)
        .map((line) => line.trimEnd()),
      cursor,
    };
  }

  #rest(pauseMs: number, ready = (_shown: Shown) => true): Shown {
    let last = '';
    let same = 0;
    for (let i = 0; i < 100; i++) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
      const shown = this.#look();
      const text = JSON.stringify(shown);
      same = text === last && ready(shown) ? same + 1 : 0;
      if (same >= LOOKS - 1) return shown;
      last = text;
    }
    return this.#look();
  }

  close(): void {
    this.#tmux('kill-server');
    rmSync(this.#folder, { recursive: true });
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
