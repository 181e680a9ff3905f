import type { Stat } from '../../../../host/index.ts';
import type { Steps } from '../../../../sim/index.ts';
import { zoneOf } from '../../../dates.ts';
import { Regex } from '../../../regex/regex.ts';
import { matchesGlob } from '../../core/glob.ts';
import { parseDate } from '../../core/parse-date.ts';
import { type Call, Failure } from '../../core/tool.ts';
import { Users } from '../../core/users.ts';
import { lastPart } from '../../shell/basics.ts';
import { changeMode } from '../modes.ts';
import { actions } from './actions.ts';
import { always, compared, type FindOptions, type Found, type Predicate, type Test } from './found.ts';
import { isBasic, regexSyntax } from './regex-syntax.ts';

/** Reads a find expression: `!`, `-a`, `-o`, `,`, brackets, tests and actions. */
export class FindParser {
  readonly call: Call;
  readonly options: FindOptions = {
    maxDepth: Number.POSITIVE_INFINITY,
    minDepth: 0,
    depthFirst: false,
    oneDevice: false,
  };
  readonly #words: readonly string[];
  #at = 0;
  hasAction = false;
  /** Run at the end: `-exec … +`. */
  readonly endings: (() => Steps<void>)[] = [];
  #daystart = false;

  constructor(call: Call, words: readonly string[]) {
    this.call = call;
    this.#words = words;
  }

  parse(): Predicate {
    if (this.#words.length === 0) return always;
    const predicate = this.#list();
    const rest = this.#words[this.#at];
    if (rest === ')') throw new Failure("you have too many ')'");
    if (rest !== undefined) throw new Failure(`paths must precede expression: \`${rest}'`);
    return predicate;
  }

  /** The argument of the primary `name`. */
  argument(name: string): string {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new Failure(`missing argument to \`${name}'`);
    return word;
  }

  /** The words up to `;`, or up to `{} +`. */
  command(name: string): { words: string[]; plus: boolean } {
    const words: string[] = [];
    for (let word = this.#words[this.#at++]; word !== undefined; word = this.#words[this.#at++]) {
      if (word === ';') {
        if (words.length === 0) break;
        return { words, plus: false };
      }
      if (word === '+' && words.at(-1) === '{}') return { words: words.slice(0, -1), plus: true };
      words.push(word);
    }
    throw new Failure(`missing argument to \`${name}'`);
  }

  #list(): Predicate {
    let left = this.#or();
    while (this.#words[this.#at] === ',') {
      this.#at++;
      const [first, second] = [left, this.#or()];
      left = function* (found, walk) {
        yield* first(found, walk);
        return yield* second(found, walk);
      };
    }
    return left;
  }

  #or(): Predicate {
    let left = this.#and();
    while (['-o', '-or'].includes(this.#words[this.#at] as string)) {
      const op = this.#words[this.#at++];
      if (this.#atEnd()) throw new Failure(`expected an expression after '${op}'`);
      const [first, second] = [left, this.#and()];
      left = function* (found, walk) {
        return (yield* first(found, walk)) || (yield* second(found, walk));
      };
    }
    return left;
  }

  #atEnd(): boolean {
    const word = this.#words[this.#at];
    return word === undefined || [')', '-o', '-or', ','].includes(word);
  }

  #and(): Predicate {
    let left = this.#not();
    while (!this.#atEnd()) {
      if (['-a', '-and'].includes(this.#words[this.#at] as string)) {
        const op = this.#words[this.#at++];
        if (this.#atEnd()) throw new Failure(`expected an expression after '${op}'`);
      }
      const [first, second] = [left, this.#not()];
      left = function* (found, walk) {
        return (yield* first(found, walk)) && (yield* second(found, walk));
      };
    }
    return left;
  }

  #not(): Predicate {
    const word = this.#words[this.#at];
    if (word === '!' || word === '-not') {
      this.#at++;
      if (this.#atEnd()) throw new Failure(`expected an expression after '${word}'`);
      const inner = this.#not();
      return function* (found, walk) {
        return !(yield* inner(found, walk));
      };
    }
    if (word === '(') {
      this.#at++;
      if (this.#words[this.#at] === undefined)
        throw new Failure(
          "invalid expression; expected to find a ')' but didn't see one. Perhaps you need an extra predicate after '('",
        );
      if (this.#words[this.#at] === ')')
        throw new Failure('invalid expression; empty parentheses are not allowed.');
      const inner = this.#list();
      if (this.#words[this.#at++] !== ')')
        throw new Failure("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      return inner;
    }
    return this.#primary();
  }

  #primary(): Predicate {
    const name = this.#words[this.#at++];
    if (name === undefined) throw new Failure('expected an expression');
    if (name === '-o' || name === '-a' || name === '-or' || name === '-and') {
      throw new Failure(
        `invalid expression; you have used a binary operator '${name}' with nothing before it.`,
      );
    }
    const action = actions(this, name);
    if (action) return action;
    if (this.#option(name)) return always;
    const test = this.#test(name);
    if (!test) {
      if (!name.startsWith('-')) throw new Failure(`paths must precede expression: \`${name}'`);
      throw new Failure(`unknown predicate \`${name}'`);
    }
    return function* (found) {
      return test(found);
    };
  }

  #option(name: string): boolean {
    switch (name) {
      case '-maxdepth':
      case '-mindepth': {
        const text = this.argument(name);
        if (!/^\d+$/.test(text))
          throw new Failure(`Expected a positive decimal integer argument to ${name}, but got ‘${text}’`);
        if (name === '-maxdepth') this.options.maxDepth = Number(text);
        else this.options.minDepth = Number(text);
        return true;
      }
      case '-depth':
      case '-d':
        this.options.depthFirst = true;
        return true;
      case '-xdev':
      case '-mount':
        this.options.oneDevice = true;
        return true;
      case '-daystart':
        this.#daystart = true;
        return true;
      case '-noleaf':
      case '-ignore_readdir_race':
      case '-noignore_readdir_race':
      case '-nowarn':
      case '-warn':
      case '-follow':
        return true;
      case '-regextype':
        this.#regexSyntax = regexSyntax(this.argument(name));
        return true;
      default:
        return false;
    }
  }

  #regexSyntax = 'emacs';

  #test(name: string): Test | undefined {
    switch (name) {
      case '-true':
        return () => true;
      case '-false':
        return () => false;
      case '-name':
      case '-iname': {
        const glob = this.argument(name);
        return ({ path }) => matchesGlob(glob, lastPart(path), { ignoreCase: name === '-iname' });
      }
      case '-path':
      case '-ipath':
      case '-wholename':
      case '-iwholename': {
        const glob = this.argument(name);
        return ({ path }) => matchesGlob(glob, path, { ignoreCase: name.startsWith('-i') });
      }
      case '-lname':
      case '-ilname': {
        const glob = this.argument(name);
        return ({ stat }) =>
          stat.type === 'symlink' && matchesGlob(glob, stat.data, { ignoreCase: name === '-ilname' });
      }
      case '-regex':
      case '-iregex':
        return this.#regex(this.argument(name), name === '-iregex');
      case '-type':
      case '-xtype':
        return this.#type(name);
      case '-size':
        return this.#size();
      case '-empty':
        return ({ path, stat }) =>
          stat.type === 'directory'
            ? this.call.context.fs.list(path).length === 0
            : stat.type === 'file' && stat.size === 0;
      case '-perm':
        return this.#perm();
      case '-links':
        return this.#number(name, ({ stat }) => stat.links);
      case '-inum':
        return this.#number(name, ({ stat }) => stat.ino);
      case '-uid':
        return this.#number(name, ({ stat }) => stat.uid);
      case '-gid':
        return this.#number(name, ({ stat }) => stat.gid);
      default:
        return this.#testOfOwnerOrTime(name);
    }
  }

  #testOfOwnerOrTime(name: string): Test | undefined {
    const { fs } = this.call.context;
    const users = Users.of(this.call.context);
    switch (name) {
      case '-user': {
        const text = this.argument(name);
        const uid = users.user(text)?.uid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
        if (uid === undefined) throw new Failure(`‘${text}’ is not the name of a known user`);
        return ({ stat }) => stat.uid === uid;
      }
      case '-group': {
        const text = this.argument(name);
        const gid = users.group(text)?.gid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
        if (gid === undefined) throw new Failure(`‘${text}’ is not the name of an existing group`);
        return ({ stat }) => stat.gid === gid;
      }
      case '-nouser':
        return ({ stat }) => users.user(stat.uid) === undefined;
      case '-nogroup':
        return ({ stat }) => users.group(stat.gid) === undefined;
      case '-readable':
        return ({ path }) => fs.can(path, 'read');
      case '-writable':
        return ({ path }) => fs.can(path, 'write');
      case '-executable':
        return ({ path }) => fs.can(path, 'execute');
      case '-mtime':
      case '-atime':
      case '-ctime':
        return this.#age(name, 86_400_000);
      case '-mmin':
      case '-amin':
      case '-cmin':
        return this.#age(name, 60_000);
      case '-newer':
      case '-anewer':
      case '-cnewer': {
        const path = this.argument(name);
        const reference = fs.tryStat(path);
        if (!reference) throw new Failure(`‘${path}’: No such file or directory`);
        return ({ stat }) => stat.mtimeMs > reference.mtimeMs;
      }
      case '-newermt':
      case '-newerct': {
        const text = this.argument(name);
        const time = parseDate(text, this.call.context.now, zoneOf(this.call.context));
        if (time === undefined)
          throw new Failure(`I cannot figure out how to interpret ‘${text}’ as a date or time`);
        return ({ stat }) => (name === '-newermt' ? stat.mtimeMs : stat.ctimeMs) > time;
      }
      case '-samefile': {
        const path = this.argument(name);
        const reference = fs.tryStat(path);
        if (!reference) throw new Failure(`‘${path}’: No such file or directory`);
        return ({ stat }) => stat.ino === reference.ino && stat.device === reference.device;
      }
      default:
        return undefined;
    }
  }

  #regex(source: string, ignoreCase: boolean): Test {
    const extended = this.#regexSyntax !== 'emacs' && !isBasic(this.#regexSyntax);
    // Emacs syntax has + and ? without a backslash, but \( \| as in basic syntax.
    const translated =
      this.#regexSyntax === 'emacs'
        ? source.replace(/\\.|[+?]/g, (mark) => (mark.length === 1 ? `\\${mark}` : mark))
        : source;
    const whole = extended ? `^(${translated})$` : `^\\(${translated}\\)$`;
    const regex = new Regex(whole, { extended, ignoreCase });
    return ({ path }) => regex.test(path);
  }

  #type(name: string): Test {
    const text = this.argument(name);
    const types: Record<string, Stat['type']> = {
      f: 'file',
      d: 'directory',
      l: 'symlink',
      p: 'fifo',
      s: 'socket',
      c: 'char',
      b: 'block',
    };
    const wanted = text.split(',').map((letter) => {
      const type = types[letter];
      if (letter.length > 1) throw new Failure(`Must separate multiple arguments to ${name} using: ','`);
      if (!type) throw new Failure(`Unknown argument to ${name}: ${letter}`);
      return type;
    });
    if (name === '-type') return ({ stat }) => wanted.includes(stat.type);
    return ({ path, stat }) => wanted.includes(this.call.context.fs.tryStat(path)?.type ?? stat.type);
  }

  #size(): Test {
    const text = this.argument('-size');
    const match = /^([-+]?)(\d+)([bcwkMG]?)$/.exec(text);
    if (!match) throw new Failure(`Invalid argument \`${text}' to -size`);
    const units: Record<string, number> = {
      '': 512,
      b: 512,
      c: 1,
      w: 2,
      k: 1024,
      M: 1_048_576,
      G: 1_073_741_824,
    };
    const unit = units[match[3] as string] as number;
    const size = (stat: Stat) => (stat.type === 'directory' ? 4096 : stat.shownSize);
    return compared(match[1] as string, Number(match[2]), ({ stat }) => Math.ceil(size(stat) / unit));
  }

  #number(name: string, of: (found: Found) => number): Test {
    const text = this.argument(name);
    const match = /^([-+]?)(\d+)$/.exec(text);
    if (!match) throw new Failure(`non-numeric argument to ${name}: ‘${text}’`);
    return compared(match[1] as string, Number(match[2]), of);
  }

  #age(name: string, unitMs: number): Test {
    const text = this.argument(name);
    const match = /^([-+]?)(\d+(?:\.\d+)?)$/.exec(text);
    if (!match) throw new Failure(`invalid argument \`${text}' to \`${name}'`);
    const { now } = this.call.context;
    const from = this.#daystart ? now - (now % 86_400_000) + 86_400_000 : now;
    const time = (stat: Stat) => (name.startsWith('-c') ? stat.ctimeMs : stat.mtimeMs);
    const days = unitMs === 86_400_000;
    return compared(match[1] as string, Number(match[2]), ({ stat }) => {
      const age = (from - time(stat)) / unitMs;
      return days ? Math.floor(age) : Math.ceil(age);
    });
  }

  #perm(): Test {
    const text = this.argument('-perm');
    const sign = /^[-/]/.exec(text)?.[0] ?? '';
    const mode = changeMode(text.slice(sign.length), 0, false, 0);
    if (mode === undefined) throw new Failure(`invalid mode ‘${text}’`);
    if (sign === '-') return ({ stat }) => (stat.mode & mode) === mode;
    if (sign === '/') return ({ stat }) => mode === 0 || (stat.mode & mode) !== 0;
    return ({ stat }) => stat.mode === mode;
  }
}
