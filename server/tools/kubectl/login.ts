import { type Context, findInPath } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { KubectlError } from './errors.ts';

type Fields = Record<string, any>;

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Where nothing says who we are, the user is asked. Models clientcmd's PromptingAuthLoader. */
export function* askLogin(context: Context): Steps<Login> {
  yield* context.out('Please enter Username: ');
  let username = '';
  while (username === '') {
    const line = yield* readLine(context);
    if (line === undefined) throw new KubectlError('EOF');
    username = line.trim().split(/\s+/)[0] ?? '';
  }
  yield* context.out('Please enter Password: ');
  const { terminal } = context;
  if (!terminal || !context.isTerminal(0)) throw new KubectlError('error reading input for Password');
  const before = terminal.setModes({ echo: false });
  try {
    return { username, password: ((yield* readLine(context)) ?? '').trim() };
  } finally {
    terminal.setModes(before);
  }
}

const HOW_TO_INSTALL = `

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins`;

/** A line of standard input; undefined at its end. */
function* readLine(context: Context): Steps<string | undefined> {
  let line = '';
  for (;;) {
    const char = yield* context.read(0, 1);
    if (char === '') return line === '' ? undefined : line;
    if (char === '\n') return line;
    line += char;
  }
}

/** Credential plugins are not run: why a kubeconfig's plugin gives nothing. */
export function pluginFailure(context: Context, exec: Fields): string {
  const command = String(exec['command'] ?? '');
  const found = command.includes('/')
    ? context.fs.exists(command)
    : findInPath(context, command, context.env.get('PATH')) !== undefined;
  if (found) return `client-go credential plugins are not simulated (${command})`;
  const hint = exec['installHint'] ? `\n\n${exec['installHint']}` : '';
  return `executable ${command} not found${HOW_TO_INSTALL}${hint}`;
}
