import { isSystemError, type Stat } from '../../../../host/index.ts';
import type { Steps } from '../../../../sim/index.ts';
import type { Command } from '../../../command.ts';
import { Options } from '../../../options.ts';
import { RegexError } from '../../../regex/regex.ts';
import { Call, Failure, type ToolDefinition, tool } from '../../core/tool.ts';
import { joinPath } from '../tree-walk.ts';
import { type Found, type Predicate, Quit, type Walk } from './found.ts';
import { FindParser } from './parse.ts';

const definition: ToolDefinition = {
  name: 'find',
  summary: 'search for files in a directory hierarchy',
  usage: '[-H] [-L] [-P] [path...] [expression]',
  version: 'GNU findutils 4.9.0',
  // Everything behind the first few letters is find's own language.
  prepare: (args) =>
    args.length === 1 && /^--(help|version)$/.test(args[0] as string) ? args : ['--', ...args],
  run,
};

export const find: Command = tool(definition);

function* run(outer: Call): Steps<number> {
  const words = [...outer.operands];
  let follow = 'P';
  while (/^-[HLP]$/.test(words[0] ?? '')) follow = (words.shift() as string)[1] as string;
  if (words[0] === '--') words.shift();
  const starts: string[] = [];
  while (
    words[0] !== undefined &&
    !/^-./.test(words[0]) &&
    !['!', '(', ','].includes(words[0]) &&
    !(words[0] === ')' && starts.length === 0)
  )
    starts.push(words.shift() as string);
  const call = new Call(outer.context, outer.name, new Options([], []), definition);
  const parser = new FindParser(call, words);
  const finder = new Finder(call, parser, compile(parser), follow);
  for (const start of starts.length === 0 ? ['.'] : starts) {
    if (yield* finder.start(start)) break;
  }
  for (const ending of parser.endings) yield* ending();
  yield* call.flush();
  return call.status;
}

function compile(parser: FindParser): Predicate {
  try {
    return parser.parse();
  } catch (error) {
    if (error instanceof RegexError) throw new Failure(error.message);
    throw error;
  }
}

/** Program steps that a file counts for: its path is walked, its attributes are read. */
const VISIT_STEPS = 4;

class Finder {
  readonly #call: Call;
  readonly #parser: FindParser;
  readonly #predicate: Predicate;
  readonly #follow: string;

  constructor(call: Call, parser: FindParser, predicate: Predicate, follow: string) {
    this.#call = call;
    this.#parser = parser;
    this.#predicate = predicate;
    this.#follow = follow;
  }

  /** Walks from an operand. True: `-quit`. */
  *start(path: string): Steps<boolean> {
    const { fs } = this.#call.context;
    let stat: Stat;
    try {
      stat = this.#follow === 'P' ? fs.lstat(path) : fs.stat(path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      yield* this.#call.warn(`‘${path}’: ${error.message}`);
      return false;
    }
    try {
      yield* this.#visit({ path, stat, depth: 0, start: path });
      return false;
    } catch (error) {
      if (error instanceof Quit) return true;
      throw error;
    }
  }

  *#visit(found: Found): Steps<void> {
    const { options } = this.#parser;
    yield* this.#call.spend(VISIT_STEPS);
    const walk: Walk = { prune: false };
    if (!options.depthFirst) yield* this.#test(found, walk);
    const descends = found.stat.type === 'directory' && !walk.prune && found.depth < options.maxDepth;
    if (descends) yield* this.#children(found);
    if (options.depthFirst) yield* this.#test(found, walk);
  }

  *#test(found: Found, walk: Walk): Steps<void> {
    if (found.depth < this.#parser.options.minDepth) return;
    const selected = yield* this.#predicate(found, walk);
    if (selected && !this.#parser.hasAction) yield* this.#call.print(`${found.path}\n`);
  }

  *#children(found: Found): Steps<void> {
    const { fs } = this.#call.context;
    let names: string[];
    try {
      names = fs.list(found.path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      yield* this.#call.warn(`‘${found.path}’: ${error.message}`);
      return;
    }
    for (const name of names) {
      const path = joinPath(found.path, name);
      const stat = (this.#follow === 'L' ? fs.tryStat(path) : undefined) ?? fs.tryStat(path, false);
      if (!stat || (this.#parser.options.oneDevice && stat.device !== found.stat.device)) continue;
      yield* this.#visit({ path, stat, depth: found.depth + 1, start: found.start });
    }
  }
}
