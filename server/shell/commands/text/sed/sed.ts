import type { Steps } from '../../../../sim/index.ts';
import { isApplet } from '../../core/applet.ts';
import type { Input } from '../../core/input.ts';
import { type Call, Failure, tool } from '../../core/tool.ts';
import { parseScript, type ScriptPart } from './parse.ts';
import { type LineSource, SedMachine, type SedOptions } from './run.ts';

export const sed = tool({
  name: 'sed',
  summary: 'stream editor for filtering and transforming text',
  usage: '[OPTION]... {script-only-if-no-other-script} [input-file]...',
  options: `n|quiet|silent debug e|expression= f|file= follow-symlinks i|in-place? l|line-length= posix E|r|regexp-extended
    s|separate sandbox u|unbuffered z|null-data`,
  version: 'GNU sed 4.9',
  *run(call) {
    const operands = [...call.operands];
    const parts = yield* scriptParts(call, operands);
    const { options } = call;
    const quiet = options.has('n') || /^#n(\n|$)/.test(parts[0]?.text ?? '');
    const settings: SedOptions = {
      quiet,
      separate: options.has('s', 'i'),
      separator: options.has('z') ? '\0' : '\n',
      lineLength: Number(options.get('l') ?? 70),
    };
    const parse = () => parseScript(parts, { extended: options.has('E'), posix: options.has('posix') });
    if (options.has('i')) return yield* inPlace(call, operands, parse, settings);
    const source = new Lines(
      call,
      operands.length > 0 ? operands : ['-'],
      settings.separator,
      settings.separate,
    );
    const machine = new SedMachine(call, parse(), settings, source);
    yield* machine.run();
    return machine.exitCode || call.status;
  },
});

function* scriptParts(call: Call, operands: string[]): Steps<ScriptPart[]> {
  const parts: ScriptPart[] = [];
  for (const option of call.options.given) {
    if (option.name === 'e')
      parts.push({
        text: option.value as string,
        origin: `-e expression #${parts.length + 1}`,
        isFile: false,
      });
    if (option.name === 'f') {
      const origin = option.value as string;
      parts.push({ text: yield* scriptFile(call, origin), origin, isFile: true });
    }
  }
  if (parts.length > 0) return parts;
  const script = operands.shift();
  if (script === undefined) {
    if (!isApplet(call.context, 'sed'))
      yield* call.context.err('Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n');
    throw new Failure('', 1, true);
  }
  return [{ text: script, origin: '-e expression #1', isFile: false }];
}

function* scriptFile(call: Call, path: string): Steps<string> {
  try {
    return (yield* call.readFile(path)).replace(/\n$/, '');
  } catch (error) {
    throw new Failure(`couldn't open file ${path}: ${(error as Error).message}`);
  }
}

/** The lines of several files as one stream, or with a last line each. */
class Lines implements LineSource {
  readonly #call: Call;
  readonly #paths: string[];
  readonly #separator: string;
  readonly #separate: boolean;
  #input: Input | undefined;
  terminated = true;
  restarted = false;
  name = '-';

  constructor(call: Call, paths: readonly string[], separator: string, separate: boolean) {
    this.#call = call;
    this.#paths = [...paths];
    this.#separator = separator;
    this.#separate = separate;
  }

  *next(): Steps<string | undefined> {
    this.restarted = false;
    for (;;) {
      if (!this.#input && !(yield* this.#open())) return undefined;
      const line = yield* (this.#input as Input).line(this.#separator);
      if (line !== undefined) {
        this.terminated = (this.#input as Input).terminated;
        return line;
      }
      this.#input?.close();
      this.#input = undefined;
    }
  }

  *isLast(): Steps<boolean> {
    if (this.#input && !(yield* this.#input.atEnd())) return false;
    if (this.#separate) return true;
    for (;;) {
      this.#input?.close();
      this.#input = undefined;
      if (!(yield* this.#open())) return true;
      if (!(yield* (this.#input as Input | undefined)?.atEnd() ?? yes())) return false;
    }
  }

  *#open(): Steps<boolean> {
    for (let path = this.#paths.shift(); path !== undefined; path = this.#paths.shift()) {
      this.name = path;
      if (path !== '-' && this.#call.context.fs.isDirectory(path)) {
        yield* this.#call.warn(`read error on ${path}: Is a directory`, 2);
        continue;
      }
      try {
        this.#input = this.#call.open(path);
        this.restarted = true;
        return true;
      } catch (error) {
        yield* this.#call.warn(`can't read ${path}: ${(error as Error).message}`, 2);
      }
    }
    return false;
  }
}

function* yes(): Steps<boolean> {
  return true;
}

function* inPlace(
  call: Call,
  paths: readonly string[],
  parse: () => ReturnType<typeof parseScript>,
  settings: SedOptions,
): Steps<number> {
  const commands = parse();
  if (paths.length === 0) throw new Failure('no input files');
  const { fs } = call.context;
  for (const path of paths) {
    const stat = fs.tryStat(path);
    if (!stat) {
      yield* call.warn(`can't read ${path}: No such file or directory`, 2);
      continue;
    }
    if (stat.type !== 'file') {
      yield* call.warn(`couldn't edit ${path}: not a regular file`, 4);
      continue;
    }
    for (const command of commands) command.active = false;
    const machine = new SedMachine(
      call,
      commands,
      settings,
      new Lines(call, [path], settings.separator, true),
    );
    let text = '';
    machine.write = function* (piece) {
      text += piece;
    };
    yield* machine.run();
    replaceFile(call, path, text);
    if (machine.exitCode !== 0) return machine.exitCode;
  }
  return call.status;
}

/** sed writes a new file and renames it over the old one: the directory must be writable, the inode changes. */
function replaceFile(call: Call, path: string, text: string): void {
  const { fs, host } = call.context;
  const old = fs.stat(path);
  const target = call.options.has('follow-symlinks') ? old.path : path;
  const slash = target.lastIndexOf('/');
  const temporary = `${target.slice(0, slash + 1)}sed${host.random.text(6, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789')}`;
  try {
    fs.write(temporary, text, 0o600);
  } catch (error) {
    throw new Failure(`couldn't open temporary file ./${temporary}: ${(error as Error).message}`, 4);
  }
  fs.chmod(temporary, old.mode);
  if (call.context.credentials.uid === 0) fs.chown(temporary, old.uid, old.gid);
  const suffix = call.options.get('i');
  if (suffix) {
    const base = target.slice(slash + 1);
    const backup = suffix.includes('*') ? suffix.replaceAll('*', base) : base + suffix;
    fs.rename(target, backup.includes('/') ? backup : target.slice(0, slash + 1) + backup);
  }
  fs.rename(temporary, target);
}
