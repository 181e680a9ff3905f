import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { decode, encode, type FrozenDisk } from '../../../host/index.ts';
import { type Result, TestWorld } from '../testing.ts';
import { FILES } from './corpus.ts';

/**
 * Runs command lines with the machine's own tools, each in a directory of its own with the same files. All in one
 * process: starting one from here takes far longer than the tools do.
 */
export async function runAllReal(lines: readonly string[]): Promise<Result[]> {
  const directory = mkdtempSync(join(tmpdir(), 'corpus-'));
  try {
    for (const [name, text] of Object.entries(FILES)) {
      const path = join(directory, 'files', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, encode(text), { mode: 0o644 });
    }
    lines.forEach((line, i) => void writeFileSync(join(directory, `${i}.line`), encode(line)));
    writeFileSync(join(directory, 'all.sh'), ALL_SCRIPT);
    const done = spawn('bash', ['all.sh', String(lines.length)], {
      cwd: directory,
      stdio: 'ignore',
      env: {
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
        LC_ALL: 'C.UTF-8',
        TZ: 'UTC',
        HOME: '/root',
        USER: 'root',
        TERM: 'xterm-256color',
      },
    });
    const [status] = await once(done, 'close');
    if (status !== 0) throw new Error(`the real tools could not be run: status ${status}`);
    const read = (i: number, what: string) => decode(readFileSync(join(directory, `${i}.${what}`)));
    return lines.map((_, i) => ({
      stdout: read(i, 'out'),
      stderr: read(i, 'err'),
      status: Number(read(i, 'status')),
    }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const ALL_SCRIPT = `
find files -exec touch -d '2026-03-01 09:00' {} +
all=$PWD
for ((i = 0; i < $1; i++)); do
  cp -a files "$i.d" && cd "$i.d" || exit 1
  IFS= read -r -d '' line < "$all/$i.line"
  timeout 20 bash -c "$line" < /dev/null > "$all/$i.out" 2> "$all/$i.err"
  printf '%s' "$?" > "$all/$i.status"
  cd "$all" || exit 1
done
`;

const OPTIONS = { env: { LC_ALL: 'C.UTF-8', TZ: 'UTC' } };

let installed: FrozenDisk | undefined;

/** A disk with the commands and the files, made once. */
function installedDisk(): FrozenDisk {
  if (installed) return installed;
  const world = new TestWorld(OPTIONS);
  world.files(({ fs }) => {
    fs.mkdir('/tmp/w');
    for (const [name, text] of Object.entries(FILES)) {
      const path = `/tmp/w/${name}`;
      fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
      fs.write(path, text);
    }
    const touch = (path: string) => {
      if (fs.isDirectory(path)) for (const name of fs.list(path)) touch(`${path}/${name}`);
      fs.utimes(path, Date.UTC(2026, 2, 1, 9));
    };
    touch('/tmp/w');
  });
  installed = world.host.disk.freeze();
  return installed;
}

/** Runs a command line in a simulated host of its own: words, quotes, pipes, `;` and `< file`. */
export function runOurs(line: string): Result {
  const world = new TestWorld({ ...OPTIONS, now: Date.now(), base: installedDisk() });
  const all: Result = { stdout: '', stderr: '', status: 0 };
  for (const pipeline of splitWords(line, ';')) {
    let stdin = '';
    splitWords(pipeline, '|').forEach((command, i, commands) => {
      const words = toWords(command);
      let stdinPath: string | undefined;
      const from = words.indexOf('<');
      if (from >= 0) {
        const [, path] = words.splice(from, 2);
        stdinPath = path as string;
      }
      const result = world.run(words, {
        stdin,
        cwd: '/tmp/w',
        ...(stdinPath === undefined ? {} : { stdinPath }),
      });
      all.stderr += result.stderr;
      if (i === commands.length - 1) {
        all.stdout += result.stdout;
        all.status = result.status;
      }
      stdin = result.stdout;
    });
  }
  return all;
}

const WORD = /"((?:[^"\\]|\\.)*)"|'([^']*)'|\$'((?:[^'\\]|\\.)*)'|\\(.)|([^\s'"\\|;$]+)|(\$)|(\s+)|([|;])/gs;

/** Splits at an unquoted mark. */
function splitWords(line: string, mark: string): string[] {
  const out = [''];
  for (const match of line.matchAll(WORD)) {
    if (match[8] === mark) out.push('');
    else out[out.length - 1] += match[0];
  }
  return out;
}

function toWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const match of command.matchAll(WORD)) {
    if (match[7] !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    const ansi = match[3]?.replace(/\\([nt'\\])/g, (_, c: string) => ({ n: '\n', t: '\t' })[c] ?? c);
    const piece =
      match[1]?.replace(/\\(["\\$`])/g, '$1') ?? match[2] ?? ansi ?? match[4] ?? match[5] ?? match[6] ?? '';
    word = (word ?? '') + piece;
  }
  if (word !== undefined) words.push(word);
  return words;
}
