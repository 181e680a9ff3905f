import type { Steps } from '../../sim/index.ts';
import { FUNCTIONS } from '../editor/functions.ts';
import { readInputrc, readLine } from '../editor/inputrc.ts';
import { decode } from '../editor/key-notation.ts';
import type { Keymap } from '../editor/keymap.ts';
import {
  commandLines,
  functionLines,
  functionNames,
  keysOf,
  macroLines,
  told,
  variableLines,
} from '../editor/listing.ts';
import { singleQuote } from '../expand/quote.ts';
import { type Builtin, badOptions, type Call, parseOptions } from '../interpreter/builtin.ts';
import { inputrcOf } from '../interpreter/readline.ts';

export const bind: Builtin = {
  name: 'bind',
  synopsis:
    'bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'lpsvPSVX', 'mfqurx');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    if (!shell.terse) yield* shell.stderr(`${shell.prefix}bind: warning: line editing not enabled\n`);
    const name = options.values.get('m') ?? (shell.options.on('vi') ? 'vi-insert' : 'emacs');
    const keymap = shell.readline.keymaps.get(name);
    if (!keymap) return yield* call.fail(`\`${name}': invalid keymap name`);
    yield* list(call, options.letters, keymap);
    const status = yield* change(call, options.values, keymap);
    if (status !== 0) return status;
    for (const line of options.rest) {
      const complaint = readLine(inputrcOf(shell), line.trim(), options.values.get('m'));
      if (complaint !== undefined) yield* shell.stderr(`readline: ${complaint}\n`);
    }
    return 0;
  },
};

function* list(call: Call, letters: ReadonlySet<string>, keymap: Keymap): Steps<void> {
  const { settings } = inputrcOf(call.shell);
  if (letters.has('l')) yield* call.out(`${functionNames().join('\n')}\n`);
  for (const prose of [false, true]) {
    const has = (letter: string) => letters.has(prose ? letter.toUpperCase() : letter);
    if (has('p')) yield* call.out(functionLines(keymap, prose));
    if (has('s')) yield* call.out(macroLines(keymap, prose));
    if (has('v')) yield* call.out(variableLines(settings, prose));
  }
  if (letters.has('X')) yield* call.out(commandLines(keymap));
}

/** `-f -q -u -r -x`: the status, 0 when there was nothing to complain of. */
function* change(call: Call, values: ReadonlyMap<string, string>, keymap: Keymap): Steps<number> {
  const { shell } = call;
  const file = values.get('f');
  if (file !== undefined) {
    const rc = inputrcOf(shell);
    const text = rc.include(file);
    if (text === undefined) return yield* call.fail(`${file}: cannot read: No such file or directory`);
    for (const complaint of readInputrc(rc, file, text)) yield* shell.stderr(`${complaint}\n`);
  }
  const asked = values.get('q') ?? values.get('u');
  if (asked !== undefined) {
    if (!(asked in FUNCTIONS)) return yield* call.fail(`\`${asked}': unknown function name`);
    const keys = keysOf(keymap, asked);
    if (values.has('u')) {
      for (const key of keys) keymap.bind(decode(key), undefined);
    } else if (keys.length === 0) {
      yield* call.out(`${asked} is not bound to any keys.\n`);
      return 1;
    } else yield* call.out(`${asked} can be invoked via ${told(keys)}\n`);
  }
  const removed = values.get('r');
  if (removed !== undefined) keymap.bind(decode(removed), undefined);
  const command = values.get('x');
  if (command === undefined) return 0;
  const match = /^\s*"((?:[^"\\]|\\[\s\S])*)"\s*:?\s*([\s\S]*)$/.exec(command);
  if (!match) return yield* call.fail(`${singleQuote(command)}: first non-whitespace character is not \`"'`);
  const text = (match[2] as string).trim();
  const quoted = /^(["'])([\s\S]*)\1$/.exec(text)?.[2];
  keymap.bind(decode(match[1] as string), { kind: 'command', text: quoted ?? text });
  return 0;
}
