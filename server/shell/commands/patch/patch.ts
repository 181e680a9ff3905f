import { isSystemError } from '../../../host/index.ts';
import { replaceAt, type Steps } from '../../../sim/index.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { type Applied, applyHunks, reversed } from './apply.ts';
import { type Edit, type FilePatch, type Hunk, Malformed, readPatch } from './read.ts';

export const patch = tool({
  name: 'patch',
  summary: 'apply a diff file to an original',
  usage: '[OPTION]... [ORIGFILE [PATCHFILE]]',
  options: [
    'p|strip= F|fuzz= l|ignore-whitespace u|unified n|normal N|forward R|reverse i|input= o|output= r|reject-file=',
    'E|remove-empty-files d|directory= dry-run b|backup B|prefix= z|suffix= t|batch f|force s|quiet|silent verbose',
    'posix no-backup-if-mismatch backup-if-mismatch binary g|get= merge? Z|set-utc T|set-time D|ifdef= c|context e|ed',
  ].join(' '),
  version: 'GNU patch 2.7.6',
  usageStatus: 2,
  refusal: (message) => `patch: ${message}\npatch: Try 'patch --help' for more information.\n`,
  *run(call: Call) {
    const { options, context, operands } = call;
    for (const refused of ['merge', 'D', 'g'] as const)
      if (options.has(refused)) throw new Failure(`**** --${refused} is not simulated`, 2);
    if (operands[2] !== undefined)
      throw new Failure(`${operands[2]}: extra operand\npatch: Try 'patch --help' for more information.`, 2);
    const directory = options.get('d');
    if (directory !== undefined) enter(call, directory);
    const source = options.get('i') ?? operands[1];
    const text = yield* readSource(call, source);
    try {
      const files = readPatch(text);
      if (files.length === 0) {
        if (text === '') return 0;
        throw new Malformed('Only garbage was found in the patch input.');
      }
      for (const file of files) yield* new Job(call, file, operands[0]).run();
    } catch (error) {
      if (error instanceof Malformed) throw new Failure(`**** ${error.message}`, 2);
      if (isSystemError(error)) throw new Failure(`**** ${error.message}`, 2);
      throw error;
    }
    if (context.isTerminal(1)) yield* call.flush();
    return call.status;
  },
});

function enter(call: Call, directory: string): void {
  try {
    call.context.fs.access(directory, 'execute');
    call.context.cwd = call.context.fs.realpath(directory);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new Failure(`**** Can't change to directory ${directory} : ${error.message}`, 2);
  }
}

function* readSource(call: Call, path: string | undefined): Steps<string> {
  if (path === undefined || path === '-') return yield* call.stdin.rest();
  try {
    return yield* call.readFile(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new Failure(`**** Can't open patch file ${path} : ${error.message}`, 2);
  }
}

/** One file of a patch. */
class Job {
  readonly #call: Call;
  readonly #patch: FilePatch;
  readonly #given: string | undefined;
  #target = '';
  #before: readonly string[] = [];

  constructor(call: Call, patch: FilePatch, given: string | undefined) {
    this.#call = call;
    this.#patch = patch;
    this.#given = given;
  }

  *run(): Steps<void> {
    const { options } = this.#call;
    const target = this.#given ?? this.#chooseName();
    if (target === undefined) return yield* this.#notFound();
    this.#target = target;
    const { fs } = this.#call.context;
    const text = fs.isFile(target) ? fs.read(target) : '';
    this.#before = splitLines(text);
    let hunks = options.has('R') ? this.#patch.hunks.map(reversed) : this.#patch.hunks;
    const dry = options.has('dry-run');
    const output = options.get('o');
    yield* this.#say(
      `${dry ? 'checking' : 'patching'} file ${output === undefined ? target : `${output} (read from ${target})`}\n`,
    );
    if (this.#patch.script)
      return dry ? undefined : this.#write(edited(this.#before, this.#patch.script), text);
    let result = this.#apply(hunks);
    const asked = !options.has('f') && (!result.outcomes[0]?.applied || isCreated(this.#patch, text, hunks));
    if (asked) {
      const other = this.#apply(hunks.map(reversed));
      if (other.outcomes[0]?.applied && hunks[0]?.lines.some((line) => !line.startsWith(' '))) {
        const choice = yield* this.#wrongWay();
        if (choice === 'skip') return yield* this.#ignored(hunks);
        if (choice === 'reverse') {
          hunks = hunks.map(reversed);
          result = other;
        }
      }
    }
    yield* this.#report(result, hunks);
    if (!dry) this.#write(result, text);
  }

  #apply(hunks: readonly Hunk[]): Applied {
    const { options } = this.#call;
    const loose = options.has('l');
    const squeeze = (line: string) => line.replace(/[ \t]+/g, ' ').replace(/ ?\n?$/, '');
    const same = loose
      ? (a: string, b: string) => squeeze(a) === squeeze(b)
      : (a: string, b: string) => a === b;
    return applyHunks(this.#before, hunks, Number(options.get('F') ?? 2), same);
  }

  /** Of the names that exist the one with the fewest parts, the shortest last part, the shortest. Models pch.c best_name. */
  #chooseName(): string | undefined {
    const { oldName, newName, indexName } = this.#patch;
    const { fs } = this.#call.context;
    const names = [oldName, newName, indexName]
      .map((name) => this.#stripped(name))
      .filter((name) => name !== undefined);
    const rank = (name: string) => [
      name.split('/').length,
      name.length - name.lastIndexOf('/') - 1,
      name.length,
    ];
    const existing = names.filter((name) => fs.isFile(name));
    const sorted = [...existing].sort((a, b) => {
      const [x, y] = [rank(a), rank(b)];
      return (
        (x[0] as number) - (y[0] as number) ||
        (x[1] as number) - (y[1] as number) ||
        (x[2] as number) - (y[2] as number)
      );
    });
    if (sorted[0] !== undefined) return sorted[0];
    const reverse = this.#call.options.has('R');
    const creates =
      (reverse ? newName : oldName) === '/dev/null' ||
      this.#patch.hunks[0]?.lines.every((line) => line.startsWith(reverse ? '-' : '+'));
    return creates ? this.#stripped(reverse ? oldName : newName) : undefined;
  }

  /** Without -p only the last part counts. */
  #stripped(name: string | undefined): string | undefined {
    if (name === undefined || name === '/dev/null' || name === '') return undefined;
    const strip = this.#call.options.get('p');
    if (strip === undefined) return name.slice(name.lastIndexOf('/') + 1);
    let rest = name;
    for (let i = 0; i < Number(strip); i++) {
      const slash = /\/+/.exec(rest);
      if (!slash) return undefined;
      rest = rest.slice(slash.index + slash[0].length);
    }
    return rest;
  }

  *#notFound(): Steps<void> {
    const { leading, hunkLine, hunks } = this.#patch;
    const hint = this.#call.options.has('p') ? 'used the wrong' : 'should have used the';
    const shown = leading.map((line) => `|${line}`).join('');
    const rule = '--------------------------\n';
    yield* this.#call.print(
      `can't find file to patch at input line ${hunkLine}\nPerhaps you ${hint} -p or --strip option?\nThe text leading up to this was:\n${rule}${shown}${rule}`,
    );
    if (!this.#call.options.has('f') && !this.#call.options.has('t'))
      yield* this.#call.print('File to patch: \nSkip this patch? [y] \nSkipping patch.\n');
    else yield* this.#call.print('No file to patch.  Skipping patch.\n');
    yield* this.#call.print(`${hunks.length} out of ${hunks.length} ${plural(hunks.length)} ignored\n`);
    this.#call.status = 1;
  }

  /** A patch that fits backwards: nobody is asked here, and no answer is no. */
  *#wrongWay(): Steps<'skip' | 'reverse'> {
    const { options } = this.#call;
    const what = options.has('R') ? 'Unreversed' : 'Reversed (or previously applied)';
    if (options.has('N')) yield* this.#call.print(`${what} patch detected!  Skipping patch.\n`);
    else if (options.has('t')) {
      yield* this.#call.print(`${what} patch detected!  ${options.has('R') ? 'Ignoring' : 'Assuming'} -R.\n`);
      return 'reverse';
    } else {
      const question = options.has('R') ? 'Ignore' : 'Assume';
      yield* this.#call.print(
        `${what} patch detected!  ${question} -R? [n] \nApply anyway? [n] \nSkipping patch.\n`,
      );
    }
    return 'skip';
  }

  *#ignored(hunks: readonly Hunk[]): Steps<void> {
    this.#call.status = 1;
    yield* this.#rejects(hunks, hunks.length, 'ignored');
  }

  *#report({ outcomes }: Applied, hunks: readonly Hunk[]): Steps<void> {
    const failed: Hunk[] = [];
    let drift = 0;
    for (const [i, outcome] of outcomes.entries()) {
      const hunk = hunks[i] as Hunk;
      const place = outcome.applied ? outcome.line + drift : hunk.newStart + outcome.offset;
      const lines = Math.abs(outcome.offset);
      const offset = outcome.offset === 0 ? '' : ` (offset ${outcome.offset} line${lines === 1 ? '' : 's'})`;
      if (!outcome.applied) {
        failed.push(hunk);
        yield* this.#say(`Hunk #${i + 1} FAILED at ${outcome.line}${offset}.\n`);
        continue;
      }
      drift +=
        hunk.lines.filter((line) => line.startsWith('+')).length -
        hunk.lines.filter((line) => line.startsWith('-')).length;
      const fuzz = outcome.fuzz === 0 ? '' : ` with fuzz ${outcome.fuzz}`;
      if (fuzz !== '' || offset !== '')
        yield* this.#say(`Hunk #${i + 1} succeeded at ${place}${fuzz}${offset}.\n`);
    }
    if (failed.length === 0) return;
    this.#call.status = 1;
    yield* this.#rejects(failed, hunks.length, 'FAILED');
  }

  *#rejects(hunks: readonly Hunk[], all: number, what: string): Steps<void> {
    const { options, context } = this.#call;
    const file = options.get('r') ?? `${options.get('o') ?? this.#target}.rej`;
    const saves = !options.has('dry-run') && file !== '-';
    yield* this.#call.print(
      `${hunks.length} out of ${all} ${plural(all)} ${what}${saves ? ` -- saving rejects to file ${file}` : ''}\n`,
    );
    if (!saves) return;
    const { leading, style } = this.#patch;
    const [old, fresh] = style === 'unified' ? ['---', '+++'] : ['***', '---'];
    const heads = leading
      .filter((line) => line.startsWith(`${old} `) || line.startsWith(`${fresh} `))
      .join('');
    const show = style === 'unified' ? unifiedHunk : (hunk: Hunk) => contextHunk(hunk, style === 'context');
    const unnamed = style === 'unified' ? this.#target : '/dev/null';
    context.fs.write(
      file,
      (heads === '' ? `${old} ${unnamed}\n${fresh} ${unnamed}\n` : heads) + hunks.map(show).join(''),
    );
  }

  #write({ lines, outcomes }: Applied, before: string): void {
    const { options, context } = this.#call;
    const output = options.get('o') ?? this.#target;
    if (!outcomes.some(({ applied }) => applied)) return;
    const { fs } = context;
    const mismatch = outcomes.some(({ applied, fuzz, offset }) => !applied || fuzz > 0 || offset !== 0);
    const wantsBackup =
      options.has('b') || (mismatch && !options.has('no-backup-if-mismatch') && !options.has('posix'));
    const [prefix, suffix] = [options.get('B') ?? '', options.get('z')];
    if (wantsBackup && options.get('o') === undefined)
      fs.write(`${prefix}${output}${suffix ?? (prefix === '' ? '.orig' : '')}`, before);
    const text = lines.join('');
    const name = options.has('R') ? this.#patch.oldName : this.#patch.newName;
    if (text === '' && (name === '/dev/null' || options.has('E'))) {
      fs.unlink(output);
      return;
    }
    if (output === '-') throw new Failure('**** -o -: not simulated, name a file', 2);
    const slash = output.lastIndexOf('/');
    if (slash > 0) fs.mkdirAll(output.slice(0, slash));
    fs.write(output, text);
  }

  *#say(text: string): Steps<void> {
    if (!this.#call.options.has('s')) yield* this.#call.print(text);
  }
}

/** A new file that is there already. */
function isCreated({ oldName }: FilePatch, text: string, [first]: readonly Hunk[]): boolean {
  return oldName === '/dev/null' && text !== '' && (first?.oldStart ?? 1) <= 1;
}

function plural(count: number): string {
  return count === 1 ? 'hunk' : 'hunks';
}

function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The lines after a script of ed's. */
function edited(before: readonly string[], script: readonly Edit[]): Applied {
  const lines = [...before];
  for (const { from, to, lines: fresh } of script) {
    if (from > lines.length + 1 || to > lines.length) throw new Malformed('ed FAILED');
    replaceAt(lines, from - 1, to - from + 1, fresh);
  }
  return { lines, outcomes: [{ line: 1, offset: 0, fuzz: 0, applied: true }] };
}

/** A hunk in the context format again. Models patch.c abort_context_hunk. */
function contextHunk({ oldStart, newStart, lines }: Hunk, marks: boolean): string {
  const marked = lines.map((line, i) => {
    const [from, to] = [
      lines.slice(0, i).findLastIndex(stays),
      lines.findIndex((one, k) => k > i && stays(one)),
    ];
    const run = lines.slice(from + 1, to < 0 ? undefined : to);
    const both = marks && run.some((one) => one.startsWith('-')) && run.some((one) => one.startsWith('+'));
    return `${stays(line) ? ' ' : both ? '!' : line[0]} ${withEnd(line.slice(1))}`;
  });
  const half = (start: number, gone: string, rule: string, end: string) => {
    const own = marked.filter((_, i) => !(lines[i] as string).startsWith(gone));
    const last = start + own.length - 1;
    const range = own.length === 0 ? '0' : own.length === 1 ? `${start}` : `${start},${last}`;
    return `${rule} ${range}${end}\n${own.join('')}`;
  };
  return `***************\n${half(oldStart, '+', '***', marks ? ' ****' : '')}${half(newStart, '-', '---', marks ? ' ----' : ' -----')}`;
}

const stays = (line: string): boolean => line.startsWith(' ');

function withEnd(line: string): string {
  return line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`;
}

/** A hunk in the unified format again. */
function unifiedHunk({ oldStart, newStart, lines }: Hunk): string {
  const count = (mark: string) => lines.filter((line) => !line.startsWith(mark)).length;
  const range = (start: number, length: number) =>
    length === 1 ? `${start}` : `${length === 0 ? start - 1 : start},${length}`;
  const body = lines.map(withEnd).join('');
  return `@@ -${range(oldStart, count('+'))} +${range(newStart, count('-'))} @@\n${body}`;
}
