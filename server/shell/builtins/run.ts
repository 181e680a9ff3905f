import { findInPath, isSystemError } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { openFault } from '../dialect/wording.ts';
import { quoteIfNeeded, singleQuote } from '../expand/quote.ts';
import { type Builtin, badOptions, type Call, parseOptions } from '../interpreter/builtin.ts';
import { FunctionReturn } from '../interpreter/flow.ts';
import { functionText } from '../interpreter/print-function.ts';
import type { Shell } from '../interpreter/shell.ts';
import { Source } from '../interpreter/source.ts';
import { runPseudoTrap } from '../interpreter/traps.ts';

const KEYWORDS = new Set(
  'if then else elif fi case esac for select while until do done in function time { } ! [[ ]] coproc'.split(
    ' ',
  ),
);

export const evalBuiltin: Builtin = {
  name: 'eval',
  synopsis: 'eval [arg ...]',
  *run(call) {
    const { shell } = call;
    const args = call.args[0] === '--' ? call.args.slice(1) : call.args;
    const text = args.join(' ');
    if (text.trim() === '') return 0;
    const { line } = shell;
    try {
      return yield* shell.engine.runText(
        shell,
        new Source(text, shell.source.name, line, 'eval'),
        isBoundary(shell),
      );
    } finally {
      shell.line = line;
    }
  },
};

/** Whether an error inside `eval` and `source` drops only a line of theirs; it ends a subshell. */
function isBoundary(shell: Shell): boolean {
  return shell.subshellDepth === 0;
}

function* runSource(call: Call): Steps<number> {
  const { shell } = call;
  const args = call.args[0] === '--' ? call.args.slice(1) : call.args;
  const [file] = args;
  if (file === undefined) {
    yield* call.fail('filename argument required');
    return yield* call.usage();
  }
  let text: string;
  const path = sourcePath(shell, file);
  try {
    text = yield* readSource(shell, path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (shell.posix) return yield* call.fail(dotFault(shell, file, error.message), 2);
    yield* shell.error(
      error.code === 'EISDIR' ? `${call.name}: ${file}: is a directory` : `${file}: ${error.message}`,
    );
    return 1;
  }
  return yield* sourceText(shell, { text, path, args: args.length > 1 ? args.slice(1) : undefined });
}

/** A file without a slash was looked for in the path. */
function dotFault(shell: Shell, file: string, message: string): string {
  if (!file.includes('/') && shell.dialect.name === 'dash') return `${file}: not found`;
  return openFault(shell.dialect.name, file, { message, creates: false });
}

function* readSource(shell: Shell, path: string): Steps<string> {
  const fd = /^\/dev\/fd\/(\d+)$/.exec(path)?.[1];
  if (fd !== undefined) return yield* shell.context.readAll(Number(fd));
  if (path === '/dev/stdin') return yield* shell.context.readAll(0);
  return shell.context.fs.read(path);
}

/** Runs text as `source` does, in a frame of its own. */
export function* sourceText(
  shell: Shell,
  given: { text: string; path: string; args?: readonly string[] | undefined },
): Steps<number> {
  const source = new Source(given.text, given.path, 1, 'source');
  const { positional, line } = shell;
  shell.frames.push({ name: 'source', kind: 'source', source, callLine: line, args: given.args ?? [] });
  if (given.args) shell.positional = given.args;
  try {
    const status = yield* shell.engine.runText(shell, source, isBoundary(shell));
    yield* runPseudoTrap(shell, 'RETURN');
    return status;
  } catch (error) {
    if (error instanceof FunctionReturn) return error.status;
    throw error;
  } finally {
    shell.frames.pop();
    shell.line = line;
    if (given.args) shell.positional = positional;
  }
}

function sourcePath(shell: Shell, file: string): string {
  if (file.includes('/')) return file;
  for (const directory of (shell.variables.get('PATH') ?? '').split(':')) {
    const candidate = `${directory || '.'}/${file}`;
    if (shell.options.shopt('sourcepath') && shell.context.fs.isFile(candidate)) return candidate;
  }
  return file;
}

export const source: Builtin = {
  name: 'source',
  synopsis: 'source filename [arguments]',
  run: runSource,
};

export const dot: Builtin = { name: '.', synopsis: '. filename [arguments]', run: runSource };

export const builtinBuiltin: Builtin = {
  name: 'builtin',
  synopsis: 'builtin [shell-builtin [arg ...]]',
  *run(call) {
    const { shell } = call;
    const args = call.args[0] === '--' ? call.args.slice(1) : call.args;
    const [name] = args;
    if (name === undefined) return 0;
    if (!shell.builtins.has(name)) return yield* call.fail(`${name}: not a shell builtin`);
    return yield* shell.engine.invoke(shell, args);
  },
};

export const command: Builtin = {
  name: 'command',
  synopsis: 'command [-pVv] command [arg ...]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'pVv');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, rest } = options;
    if (rest.length === 0) return 0;
    if (letters.has('v') || letters.has('V')) {
      let status = 1;
      for (const name of rest) {
        const found = letters.has('v') ? shortDescription(shell, name) : describe(shell, name, false)[0];
        if (found !== undefined) {
          status = 0;
          yield* call.out(`${found}\n`);
        } else if (letters.has('V')) yield* shell.error(`command: ${name}: not found`);
      }
      return status;
    }
    if (rest[0] === 'exec') return yield* shell.engine.execCommand(shell, rest, new Map());
    return yield* shell.engine.invoke(shell, rest, { defaultPath: letters.has('p') });
  },
};

function shortDescription(shell: Shell, name: string): string | undefined {
  const alias = aliasOf(shell, name);
  if (alias !== undefined) return `alias ${name}=${singleQuote(alias)}`;
  if (KEYWORDS.has(name) || shell.functions.has(name) || shell.builtins.has(name)) return name;
  return pathTo(shell, name);
}

function aliasOf(shell: Shell, name: string): string | undefined {
  return shell.options.shopt('expand_aliases') ? shell.aliases.get(name) : undefined;
}

function pathTo(shell: Shell, name: string): string | undefined {
  if (name.includes('/')) {
    const { fs } = shell.context;
    return fs.isFile(name) && fs.can(name, 'execute') ? name : undefined;
  }
  return findInPath(shell.context, name, shell.variables.get('PATH') ?? '');
}

/** What a name means as a command. */
export interface Meaning {
  readonly kind: 'alias' | 'keyword' | 'function' | 'builtin' | 'file';
  /** What the alias stands for, or where the file is. */
  readonly text: string;
}

export function meaningOf(shell: Shell, name: string): Meaning | undefined {
  const kind = kindOf(shell, name);
  if (kind === undefined) return undefined;
  return { kind, text: (kind === 'alias' ? aliasOf(shell, name) : pathTo(shell, name)) ?? '' };
}

/** What `type` says of a name: the first meaning, or all. */
function describe(shell: Shell, name: string, all: boolean): string[] {
  const found: string[] = [];
  const alias = aliasOf(shell, name);
  if (alias !== undefined) found.push(`${name} is aliased to \`${alias}'`);
  if (KEYWORDS.has(name)) found.push(`${name} is a shell keyword`);
  if (shell.functions.has(name))
    found.push(`${name} is a function\n${functionText(shell, name).replace(/\n$/, '')}`);
  if (shell.builtins.has(name) && !shell.disabledBuiltins.has(name)) found.push(`${name} is a shell builtin`);
  const hashed = shell.hashed.get(name);
  if (hashed && !all) found.push(`${name} is hashed (${hashed.path})`);
  else for (const path of pathsTo(shell, name, all)) found.push(`${name} is ${path}`);
  return found;
}

function pathsTo(shell: Shell, name: string, all: boolean): string[] {
  const first = pathTo(shell, name);
  if (first === undefined) return [];
  if (!all || name.includes('/')) return [first];
  const { fs } = shell.context;
  return (shell.variables.get('PATH') ?? '')
    .split(':')
    .map((directory) => `${directory || '.'}/${name}`)
    .filter((path) => fs.isFile(path) && fs.can(path, 'execute'));
}

function kindOf(shell: Shell, name: string): Meaning['kind'] | undefined {
  if (aliasOf(shell, name) !== undefined) return 'alias';
  if (KEYWORDS.has(name)) return 'keyword';
  if (shell.functions.has(name)) return 'function';
  if (shell.builtins.has(name) && !shell.disabledBuiltins.has(name)) return 'builtin';
  return pathTo(shell, name) === undefined ? undefined : 'file';
}

export const type: Builtin = {
  name: 'type',
  synopsis: 'type [-afptP] name [name ...]',
  *run(call) {
    const options = parseOptions(call.args, 'afptP');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, rest } = options;
    let status = 0;
    for (const name of rest) {
      const lines = yield* typeOf(call, name, letters);
      if (lines === undefined) status = 1;
      else if (lines.length > 0) yield* call.out(`${lines.join('\n')}\n`);
    }
    return status;
  },
};

function* typeOf(call: Call, name: string, letters: ReadonlySet<string>): Steps<string[] | undefined> {
  const { shell } = call;
  const kind = kindOf(shell, name);
  if (letters.has('P')) {
    const paths = pathsTo(shell, name, letters.has('a'));
    return paths.length > 0 ? paths : undefined;
  }
  if (kind === undefined) {
    if (!letters.has('t') && !letters.has('p')) yield* call.fail(`${name}: not found`);
    return undefined;
  }
  if (letters.has('t')) {
    const all = letters.has('a') && kind !== 'file' ? pathsTo(shell, name, true).map(() => 'file') : [];
    return [kind, ...all];
  }
  if (letters.has('p'))
    return kind === 'file' ? [shell.hashed.get(name)?.path ?? (pathTo(shell, name) as string)] : [];
  const lines = describe(shell, name, letters.has('a'));
  return letters.has('a') ? lines : lines.slice(0, 1);
}

export const hash: Builtin = {
  name: 'hash',
  synopsis: 'hash [-lr] [-p pathname] [-dt] [name ...]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'lrdt', 'p');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, values, rest } = options;
    if (letters.has('r')) shell.hashed.clear();
    if (rest.length === 0 && !letters.has('r')) return yield* listHashed(call, letters.has('l'));
    let status = 0;
    for (const name of rest) {
      const path = values.get('p') ?? pathTo(shell, name);
      const known = shell.hashed.get(name);
      if (letters.has('d') || letters.has('t')) {
        if (!known) status = yield* call.fail(`${name}: not found`);
        else if (letters.has('d')) shell.hashed.delete(name);
        else yield* call.out(rest.length > 1 ? `${name}\t${known.path}\n` : `${known.path}\n`);
      } else if (path === undefined) status = yield* call.fail(`${name}: not found`);
      else if (!name.includes('/')) shell.hashed.set(name, { path, hits: 0 });
    }
    return status;
  },
};

function* listHashed(call: Call, reusable: boolean): Steps<number> {
  const { hashed, posix } = call.shell;
  if (hashed.size === 0) {
    if (!posix) yield* call.out('hash: hash table empty\n');
    return 0;
  }
  if (!reusable) yield* call.out('hits\tcommand\n');
  for (const [name, { path, hits }] of hashed) {
    yield* call.out(
      reusable ? `builtin hash -p ${path} ${name}\n` : `${String(hits).padStart(4)}\t${path}\n`,
    );
  }
  return 0;
}

export const alias: Builtin = {
  name: 'alias',
  synopsis: 'alias [-p] [name[=value] ... ]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'p');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const show = (name: string) => `alias ${name}=${singleQuote(shell.aliases.get(name) as string)}\n`;
    if (options.rest.length === 0) {
      for (const name of [...shell.aliases.keys()].sort()) yield* call.out(show(name));
      return 0;
    }
    let status = 0;
    for (const text of options.rest) {
      const at = text.indexOf('=');
      if (at > 0) {
        const name = text.slice(0, at);
        if (/[\s/$`=|&;()<>'"\\]/.test(name)) status = yield* call.fail(`\`${name}': invalid alias name`);
        else shell.aliases.set(name, text.slice(at + 1));
      } else if (shell.aliases.has(text)) yield* call.out(show(text));
      else status = yield* call.fail(`${text}: not found`);
    }
    return status;
  },
};

export const unalias: Builtin = {
  name: 'unalias',
  synopsis: 'unalias [-a] name [name ...]',
  *run(call) {
    const { shell, args } = call;
    if (args[0] === '-a') {
      shell.aliases.clear();
      return 0;
    }
    if (args.length === 0) return yield* call.usage();
    let status = 0;
    for (const name of args) if (!shell.aliases.delete(name)) status = yield* call.fail(`${name}: not found`);
    return status;
  },
};

export const enable: Builtin = {
  name: 'enable',
  synopsis: 'enable [-a] [-dnps] [-f filename] [name ...]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'adnps', 'f');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, rest } = options;
    if (rest.length === 0) {
      for (const name of [...shell.builtins.keys()].sort()) {
        const off = shell.disabledBuiltins.has(name);
        if (letters.has('a') || off === letters.has('n')) {
          yield* call.out(`enable ${off ? '-n ' : ''}${quoteIfNeeded(name)}\n`);
        }
      }
      return 0;
    }
    let status = 0;
    for (const name of rest) {
      if (!shell.builtins.has(name)) status = yield* call.fail(`${name}: not a shell builtin`);
      else if (letters.has('n')) shell.disabledBuiltins.add(name);
      else shell.disabledBuiltins.delete(name);
    }
    return status;
  },
};

export const caller: Builtin = {
  name: 'caller',
  synopsis: 'caller [expr]',
  *run(call) {
    const { shell } = call;
    const frames = [...shell.frames].reverse();
    const [text] = call.args;
    const index = Number(text ?? 0);
    const frame = frames[index];
    if (!frame) return 1;
    const outer = frames[index + 1];
    // The text of `bash -c` is no file that could be named.
    if (!outer && text !== undefined && shell.invocation.command) return 1;
    const file = outer?.source.name ?? (shell.invocation.command ? 'NULL' : shell.arg0);
    const name = text === undefined ? '' : `${outer ? outer.name : 'main'} `;
    yield* call.out(`${frame.callLine} ${name}${file}\n`);
    return 0;
  },
};
