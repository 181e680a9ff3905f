import { createHash } from 'node:crypto';
import { FlagError } from '../../../cluster/flags.ts';
import { isSystemError } from '../../../host/index.ts';
import { ApiError } from '../../../objects/api-error.ts';
import type { Command } from '../../../shell/command.ts';
import { DEFAULT_VERSION, Refusal, readCall, type Subcommand } from './call.ts';
import { CERTS } from './certs.ts';
import { CONFIG } from './config.ts';
import { helpOf } from './help.ts';
import { IMAGES } from './images.ts';
import { INIT } from './init/index.ts';
import { join } from './join.ts';
import { kubeconfigUser } from './kubeconfig-user.ts';
import { reset } from './reset.ts';
import { TOKEN } from './token.ts';
import { upgradeApply } from './upgrade/apply.ts';
import { upgradeNode } from './upgrade/node.ts';
import { upgradePlan } from './upgrade/plan.ts';

/** What a release of kubeadm says of itself. */
function release(version: string): Readonly<Record<string, string>> {
  const known = version === DEFAULT_VERSION;
  return {
    major: '1',
    minor: version.split('.')[1] ?? '',
    gitVersion: version,
    gitCommit: known ? COMMIT : createHash('sha1').update(version).digest('hex'),
    gitTreeState: 'clean',
    buildDate: '2025-05-15T08:25:29Z',
    goVersion: 'go1.24.2',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}

const COMMIT = '8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828';

const version: Subcommand = {
  path: 'version',
  flags: { output: 'string' },
  shorthands: { o: 'output' },
  run({ flags, version: own }) {
    const clientVersion = release(own);
    const fields = Object.entries(clientVersion);
    switch (flags.get('output') ?? '') {
      case '':
        return `kubeadm version: &version.Info{${fields.map(([key, value]) => `${key[0]?.toUpperCase()}${key.slice(1)}:"${value}"`).join(', ')}}\n`;
      case 'short':
        return `${own}\n`;
      case 'json':
        return `${JSON.stringify({ clientVersion }, null, 2)}\n`;
      case 'yaml':
        return `clientVersion:\n${[...fields]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => `  ${key}: ${/^\d+$|T/.test(value) ? `"${value}"` : value}\n`)
          .join('')}`;
      default:
        throw new Refusal(`invalid output format: ${flags.get('output')}`);
    }
  },
};

const SUBCOMMANDS: readonly Subcommand[] = [
  version,
  ...INIT,
  join,
  reset,
  upgradePlan,
  upgradeApply,
  upgradeNode,
  ...CONFIG,
  ...IMAGES,
  ...CERTS,
  kubeconfigUser,
  ...TOKEN,
];

/** What the real one does besides, and this one does not. */
const ABSENT = ['init', 'join', 'reset', 'upgrade', 'config', 'certs', 'kubeconfig', 'completion', 'token'];

function find(words: readonly string[]): { command: Subcommand; rest: string[] } | undefined {
  const names = words.filter((word) => !word.startsWith('-'));
  for (const command of SUBCOMMANDS) {
    const path = command.path.split(' ');
    if (!path.every((part, i) => names[i] === part)) continue;
    const rest = [...words];
    for (const part of path) rest.splice(rest.indexOf(part), 1);
    return { command, rest };
  }
  return undefined;
}

/** A name that only others stand below. */
function isGroup(words: readonly string[]): boolean {
  const path = words.join(' ');
  return (
    !SUBCOMMANDS.some((one) => one.path === path) &&
    SUBCOMMANDS.some((one) => one.path.startsWith(`${path} `))
  );
}

function refusal(words: readonly string[]): string {
  const path = words.filter((word) => !word.startsWith('-'));
  const first = path[0] ?? '';
  if (!ABSENT.includes(first)) return `unknown command "${first}" for "kubeadm"`;
  return `"kubeadm ${path.join(' ')}" does not exist in this world; there is ${SUBCOMMANDS.filter(
    ({ path }) => !/^(certs renew|init phase) /.test(path) || path === 'certs renew all',
  )
    .map(({ path }) => `"${path}"`)
    .join(', ')}`;
}

export const kubeadm: Command = {
  name: 'kubeadm',
  summary: 'bootstraps a Kubernetes cluster',
  *main(context) {
    const words = context.args.slice(1);
    const asked = words.length === 0 || words[0] === 'help' || words.some((one) => /^(-h|--help)$/.test(one));
    const names = words.filter((word) => !word.startsWith('-') && word !== 'help');
    const help = asked || isGroup(words) ? helpOf(names, SUBCOMMANDS) : undefined;
    if (help !== undefined) {
      yield* context.out(help);
      return 0;
    }
    const found = find(words);
    try {
      if (!found) throw new Refusal(refusal(words));
      const result = found.command.run(readCall(context, found.command, found.rest));
      yield* typeof result === 'string' ? context.out(result) : result;
      return 0;
    } catch (error) {
      const message = messageOf(error);
      if (message === undefined) throw error;
      yield* context.err(
        `error: ${message}\nTo see the stack trace of this error execute with --v=5 or higher\n`,
      );
      return error instanceof Refusal ? error.code : 1;
    }
  },
};

function messageOf(error: unknown): string | undefined {
  if (error instanceof Refusal || error instanceof FlagError || error instanceof ApiError)
    return error.message;
  if (!isSystemError(error)) return undefined;
  return error.path ? `open ${error.path}: ${error.message.toLowerCase()}` : error.message;
}
