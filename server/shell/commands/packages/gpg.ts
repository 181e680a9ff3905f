import { decode } from '../../../host/index.ts';
import { dearmour, keyIn, SIGNERS } from '../../../host/packages/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';

/** As much of gpg as adding a repository takes: turning an armoured key into a keyring, and showing one. */
export const gpg = tool({
  name: 'gpg',
  summary: 'OpenPGP encryption and signing tool',
  usage: '[options] [files]',
  version: 'GnuPG 2.4.4',
  usageStatus: 2,
  options:
    'dearmor o|output= yes batch no-tty show-keys import no-default-keyring keyring= list-keys k q|quiet homedir=',
  refusal: (message) => `gpg: ${message.replace(/^unrecognized option/, 'invalid option')}\n`,
  *run(call) {
    const { options, context } = call;
    if (!options.has('dearmor') && !options.has('show-keys'))
      call.fail('only --dearmor and --show-keys are simulated', 2);
    const [input] = yield* call.inputs(call.operands.slice(0, 1));
    if (!input) return 2;
    const text = yield* input.rest();
    if (options.has('show-keys')) return yield* showKey(call, text);
    const open = dearmour(text);
    if (open === undefined) {
      yield* context.err('gpg: no valid OpenPGP data found.\n');
      return 2;
    }
    const bytes = decode(Uint8Array.from(open, (char) => char.charCodeAt(0)));
    const path = options.get('o');
    if (path === undefined) {
      yield* call.print(bytes);
      return 0;
    }
    if (context.fs.exists(path) && !options.has('yes')) {
      if (!context.terminal) call.fail(`cannot open '/dev/tty': No such device or address`, 2);
      yield* context.out(`File '${path}' exists. Overwrite? (y/N) `);
      const answer = input.name === '-' ? undefined : yield* call.stdin.line();
      if (!/^y/i.test(answer ?? '')) return 2;
    }
    context.fs.write(path, bytes);
    return 0;
  },
});

function* showKey(call: Call, text: string): Steps<number> {
  const id = keyIn(text);
  if (id === undefined) call.fail('no valid OpenPGP data found.', 2);
  yield* call.print(
    `pub   rsa2048 2022-08-25 [SC] [expires: 2026-12-29]\n      DE15B14486CD377B9E876E1A${id}\nuid                      ${SIGNERS[id as string]}\n\n`,
  );
  return 0;
}
