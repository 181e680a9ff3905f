import { type Context, type Program, programOf } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { page } from '../system/pager.ts';
import { manualPage, sectionOf } from './page.ts';

const VERSION = 'man 2.12.0';

/** Programs of this host that have a page, by the name of their command. */
function* pages(context: Context): Generator<readonly [string, Program]> {
  const { fs, host } = context;
  for (const folder of ['/usr/bin', '/usr/sbin']) {
    if (!fs.isDirectory(folder)) continue;
    for (const name of fs.list(folder)) {
      const program = pageOf(context, `${folder}/${name}`);
      if (program && host) yield [name, program];
    }
  }
}

function pageOf({ fs, host }: Context, path: string): Program | undefined {
  if (fs.tryStat(path)?.type !== 'file') return undefined;
  const name = programOf(fs.read(path));
  const program = name === undefined ? undefined : host.programs.get(name);
  return program?.synopsis ? program : undefined;
}

const find = (context: Context, name: string): Program | undefined =>
  name.includes('/')
    ? undefined
    : (pageOf(context, `/usr/bin/${name}`) ?? pageOf(context, `/usr/sbin/${name}`));

export const man = tool({
  name: 'man',
  summary: 'an interface to the system reference manuals',
  usage: ['[OPTION...] [SECTION] PAGE...', '-k [OPTION...] KEYWORD...', '-f [OPTION...] PAGE...'],
  version: VERSION,
  options: 'a|all f|whatis k|apropos w|where|path P|pager= K|global-apropos',
  *run(call: Call) {
    const { options, context, operands } = call;
    if (options.has('K')) call.fail('option -K is not available in this simulation');
    if (options.has('f')) return yield* describe(call, operands);
    if (options.has('k')) return yield* search(call, operands);
    const [first] = operands;
    const section = first !== undefined && /^[1-9]\w*$/.test(first) ? first : undefined;
    const names = section === undefined ? operands : operands.slice(1);
    if (names.length === 0) {
      yield* context.err(
        section === undefined
          ? "What manual page do you want?\nFor example, try 'man man'.\n"
          : `No manual entry for ${section}\n(Alternatively, what manual page do you want from section ${section}?)\nFor example, try 'man man'.\n`,
      );
      return 1;
    }
    for (const name of names) yield* one(call, name, section);
    return undefined;
  },
});

function* one(call: Call, name: string, section: string | undefined): Steps<void> {
  const { context, options } = call;
  const program = find(context, name);
  if (!program || (section !== undefined && section !== sectionOf(program))) {
    yield* context.err(
      `No manual entry for ${name}${section === undefined ? '' : ` in section ${section}`}\n`,
    );
    call.status = 16;
    return;
  }
  if (options.has('w')) {
    yield* call.print(`/usr/share/man/man${sectionOf(program)}/${name}.${sectionOf(program)}.gz\n`);
    return;
  }
  yield* call.flush();
  const bold = context.isTerminal(1);
  const less = `-ix8RmPm Manual page ${name}(${sectionOf(program)}) ?ltline %lt?L/%L.:byte %bB?s/%s..?e (END):?pB %pB\\%..$PM Manual page ${name}(${sectionOf(program)})$R`;
  yield* page(context, manualPage(name, program, bold), { pager: true, variable: 'MANPAGER', less });
}

export const whatis = tool({
  name: 'whatis',
  summary: 'display one-line manual page descriptions',
  usage: '[OPTION...] KEYWORD...',
  version: VERSION,
  options: 'd|debug v|verbose r|regex w|wildcard l|long C= s|sections=',
  run: (call) => describe(call, call.operands),
});

export const apropos = tool({
  name: 'apropos',
  summary: 'search the manual page names and descriptions',
  usage: '[OPTION...] KEYWORD...',
  version: VERSION,
  options: 'a|and d|debug e|exact l|long r|regex s|sections= v|verbose w|wildcard',
  run: (call) => search(call, call.operands),
});

const line = (name: string, program: Program): string =>
  `${`${name} (${sectionOf(program)})`.padEnd(20)} - ${program.summary}\n`;

function* describe(call: Call, names: readonly string[]): Steps<number> {
  if (names.length === 0) {
    yield* call.context.err(`${call.name} what?\n`);
    return 1;
  }
  for (const name of names) {
    const program = find(call.context, name);
    if (program) yield* call.print(line(name, program));
    else yield* nothingFound(call, name);
  }
  return call.status;
}

function* search(call: Call, words: readonly string[]): Steps<number> {
  if (words.length === 0) {
    yield* call.context.err('apropos what?\n');
    return 1;
  }
  for (const word of words) {
    const wanted = word.toLowerCase();
    const found = [...pages(call.context)].filter(([name, program]) =>
      `${name} ${program.summary}`.toLowerCase().includes(wanted),
    );
    yield* call.spend(100);
    for (const [name, program] of found.sort((a, b) => (a[0] < b[0] ? -1 : 1)))
      yield* call.print(line(name, program));
    if (found.length === 0) yield* nothingFound(call, word);
  }
  return call.status;
}

function* nothingFound(call: Call, word: string): Steps<void> {
  yield* call.flush();
  yield* call.context.err(`${word}: nothing appropriate.\n`);
  call.status = 16;
}
