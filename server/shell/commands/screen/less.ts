import type { OpenFile } from '../../../host/index.ts';
import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { type Call, tool } from '../core/tool.ts';
import { Pager } from './pager.ts';

const OPTIONS = `a b= c C d D= e E f F|quit-if-one-screen g G h= i|ignore-case I|IGNORE-CASE j= J K k= L m M n N|LINE-NUMBERS
  o= O= p= P= q Q r|raw-control-chars R|RAW-CONTROL-CHARS s|squeeze-blank-lines S|chop-long-lines t= T= u U V w W x= X|no-init y= z= ~ use-color mouse`;

function pagerNamed(name: string): Command {
  return tool({
    name,
    summary: name === 'less' ? 'opposite of more' : 'display the contents of a file in a terminal',
    usage: '[option]... [file]...',
    version: name === 'less' ? 'less 590' : 'util-linux 2.39.3',
    options: OPTIONS,
    prepare: (args) => args.map((arg) => (arg.startsWith('+') ? `-p${arg}` : arg)),
    run,
  });
}

export const less = pagerNamed('less');
export const more = pagerNamed('more');
export const pager = pagerNamed('pager');

function* run(call: Call): Steps<number> {
  const { context } = call;
  const paths = call.operands.length > 0 ? call.operands : ['-'];
  if (call.operands.length === 0 && context.isTerminal(0)) {
    yield* context.err(
      call.definition.name === 'less'
        ? 'Missing filename ("less --help" for help)\n'
        : "more: bad usage\nTry 'more --help' for more information.\n",
    );
    return 1;
  }
  const texts: { name: string; file: OpenFile }[] = [];
  for (const path of paths) {
    try {
      if (path !== '-' && context.fs.isDirectory(path)) yield* context.err(`${path} is a directory\n`);
      else texts.push({ name: path === '-' ? '' : path, file: call.open(path).file });
    } catch (error) {
      if (!isSystemError(error)) throw error;
      yield* context.err(`${path}: ${error.message}\n`);
    }
  }
  const first = texts[0];
  if (!first) return 1;
  if (!context.isTerminal(1)) {
    for (const { file } of texts) yield* copyAll(call, file);
    return 0;
  }
  for (const { name, file } of texts) {
    const outcome = yield* new Pager(call, name, file).run();
    if (outcome === 'quit') break;
  }
  return 0;
}

function* copyAll(call: Call, file: OpenFile): Steps<void> {
  for (;;) {
    const piece = yield* call.readSome(file, 65_536);
    if (piece === '') return;
    yield* call.print(piece);
  }
}

/** One file on the screen. */
