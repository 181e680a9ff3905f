import { FlagError } from '../../../cluster/flags.ts';
import { isSystemError } from '../../../host/index.ts';
import { ApiError } from '../../../objects/api-error.ts';
import type { Command } from '../../../shell/command.ts';
import { componentImages } from '../plan.ts';
import { Refusal, readCall, type Subcommand } from './call.ts';
import { checkExpiration, renewals } from './certs.ts';
import { TOKEN } from './token.ts';

const VERSION = 'v1.33.1';
const RELEASE: Readonly<Record<string, string>> = {
  major: '1',
  minor: '33',
  gitVersion: VERSION,
  gitCommit: '8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828',
  gitTreeState: 'clean',
  buildDate: '2025-05-15T08:25:29Z',
  goVersion: 'go1.24.2',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const version: Subcommand = {
  path: 'version',
  flags: { output: 'string' },
  shorthands: { o: 'output' },
  run({ flags }) {
    const fields = Object.entries(RELEASE);
    switch (flags.get('output') ?? '') {
      case '':
        return `kubeadm version: &version.Info{${fields.map(([key, value]) => `${key[0]?.toUpperCase()}${key.slice(1)}:"${value}"`).join(', ')}}\n`;
      case 'short':
        return `${VERSION}\n`;
      case 'json':
        return `${JSON.stringify({ clientVersion: RELEASE }, null, 2)}\n`;
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

// Models cmd/kubeadm/app/cmd/config.go newCmdConfigImagesList
const imagesList: Subcommand = {
  path: 'config images list',
  flags: { 'kubernetes-version': 'string', 'image-repository': 'string' },
  run({ flags }) {
    const given = (flags.get('kubernetes-version') ?? VERSION).replace(/^(?=\d)/, 'v');
    if (!/^v\d+\.\d+\.\d+$/.test(given))
      throw new Refusal(
        `version "${given}" doesn't match patterns for neither semantic version nor labels (stable, latest, ...)`,
      );
    const repository = flags.get('image-repository') ?? 'registry.k8s.io';
    const images = Object.values(componentImages(given));
    return images.map((image) => `${image.replace('registry.k8s.io/', `${repository}/`)}\n`).join('');
  },
};

const SUBCOMMANDS: readonly Subcommand[] = [version, imagesList, checkExpiration, ...renewals, ...TOKEN];

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

function refusal(words: readonly string[]): string {
  const path = words.filter((word) => !word.startsWith('-'));
  const first = path[0] ?? '';
  if (!ABSENT.includes(first)) return `unknown command "${first}" for "kubeadm"`;
  return `"kubeadm ${path.join(' ')}" does not exist in this world; there is ${SUBCOMMANDS.filter(
    (command) => !command.path.startsWith('certs renew ') || command.path.endsWith(' all'),
  )
    .map((command) => `"${command.path}"`)
    .join(', ')}`;
}

export const kubeadm: Command = {
  name: 'kubeadm',
  summary: 'bootstraps a Kubernetes cluster',
  *main(context) {
    const words = context.args.slice(1);
    const found = find(words);
    try {
      if (!found) throw new Refusal(refusal(words));
      yield* context.out(found.command.run(readCall(context, found.command, found.rest)));
      return 0;
    } catch (error) {
      const message = messageOf(error);
      if (message === undefined) throw error;
      yield* context.err(
        `error: ${message}\nTo see the stack trace of this error execute with --v=5 or higher\n`,
      );
      return 1;
    }
  },
};

function messageOf(error: unknown): string | undefined {
  if (error instanceof Refusal || error instanceof FlagError || error instanceof ApiError)
    return error.message;
  if (!isSystemError(error)) return undefined;
  return error.path ? `open ${error.path}: ${error.message.toLowerCase()}` : error.message;
}
