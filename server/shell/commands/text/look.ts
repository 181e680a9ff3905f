import { type Call, tool } from '../core/tool.ts';

/** Lines of a sorted file that begin with a string. */
export const look = tool({
  name: 'look',
  summary: 'display lines beginning with a given string',
  usage: '[options] <string> [<file>...]',
  version: 'util-linux 2.39.3',
  options: 'a|alternative d|alphanum f|ignore-case t|terminate=',
  *run(call: Call) {
    const [wanted, path] = call.operands;
    const { options } = call;
    if (wanted === undefined) {
      yield* call.context.err("look: bad usage\nTry 'look --help' for more information.\n");
      return 1;
    }
    const dictionary = path === undefined;
    const fold = (text: string): string => {
      const letters = dictionary || options.has('d') ? text.replace(/[^A-Za-z0-9\s]/g, '') : text;
      return dictionary || options.has('f') ? letters.toLowerCase() : letters;
    };
    const stop = options.get('t');
    const cut = stop === undefined ? wanted : wanted.slice(0, wanted.indexOf(stop) + 1 || undefined);
    let found = false;
    for (const line of yield* call.open(path ?? '/usr/share/dict/words').lines()) {
      if (!fold(line).startsWith(fold(cut))) continue;
      found = true;
      yield* call.print(`${line}\n`);
    }
    return found ? 0 : 1;
  },
});
