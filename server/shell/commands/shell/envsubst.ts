import { type Call, tool } from '../core/tool.ts';

const NAME = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;

/** Models gettext envsubst: only plain `$NAME` and `${NAME}`. */
export const envsubst = tool({
  name: 'envsubst',
  summary: 'substitutes environment variables in shell format strings',
  usage: '[OPTION] [SHELL-FORMAT]',
  version: 'GNU gettext-runtime 0.21',
  options: 'v|variables h V',
  *run(call: Call) {
    const [format, extra] = call.operands;
    if (extra !== undefined) call.fail('too many arguments');
    if (call.options.has('v')) {
      if (format === undefined) call.fail('missing arguments');
      for (const match of format.matchAll(NAME)) yield* call.print(`${match[1] ?? match[2]}\n`);
      return 0;
    }
    const only =
      format === undefined ? undefined : new Set(Array.from(format.matchAll(NAME), (m) => m[1] ?? m[2]));
    for (let line = yield* call.stdin.line(); line !== undefined; line = yield* call.stdin.line()) {
      const text = line.replace(NAME, (all, braced: string | undefined, bare: string | undefined) => {
        const name = (braced ?? bare) as string;
        return only && !only.has(name) ? all : (call.context.env.get(name) ?? '');
      });
      yield* call.print(text + (call.stdin.terminated ? '\n' : ''));
    }
    return 0;
  },
});
