import { clientFromKubeconfig, type HttpClient } from '../../../cluster/client/http-client.ts';
import { type FlagKind, type FlagValues, flagTrue, parseFlags } from '../../../cluster/flags.ts';
import { type Context, programVersion } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { Refusal } from '../refusal.ts';

export { Refusal } from '../refusal.ts';

export const DEFAULT_VERSION = 'v1.33.1';
export const ADMIN_CONF = '/etc/kubernetes/admin.conf';

/** One call of a subcommand. */
export class Call {
  readonly context: Context;
  readonly args: readonly string[];
  readonly flags: FlagValues;

  constructor(context: Context, args: readonly string[], flags: FlagValues) {
    this.context = context;
    this.args = args;
    this.flags = flags;
  }

  is(flag: string): boolean {
    return flagTrue(this.flags, flag);
  }

  client(): HttpClient {
    const path = this.flags.get('kubeconfig') ?? ADMIN_CONF;
    if (!this.context.fs.exists(path)) {
      throw new Refusal(`failed to load admin kubeconfig: open ${path}: no such file or directory`);
    }
    return this.clientOf(path);
  }

  clientOf(path: string): HttpClient {
    return clientFromKubeconfig(this.context, path, `kubeadm/${this.version} (linux/amd64)`);
  }

  /** The version of the binary that runs. */
  get version(): string {
    return programVersion(this.context) || DEFAULT_VERSION;
  }

  say(text: string): Steps<void> {
    return this.context.out(`${text}\n`);
  }
}

/** A subcommand: `token create`, and what it takes. */
export interface Subcommand {
  readonly path: string;
  readonly flags?: Readonly<Record<string, FlagKind>>;
  readonly shorthands?: Readonly<Record<string, string>>;
  /** What it prints, at once or as it goes. */
  run(call: Call): string | Steps<void>;
}

const COMMON: Readonly<Record<string, FlagKind>> = { kubeconfig: 'string', v: 'int', rootfs: 'string' };

/** Flags of the real one that this one has not. */
const ABSENT = [
  'dry-run',
  'control-plane',
  'certificate-key',
  'upload-certs',
  'patches',
  'node-name',
  'diff',
];

function checkCommon(flags: FlagValues): void {
  const rootfs = flags.get('rootfs');
  if (rootfs !== undefined && rootfs !== '' && rootfs !== '/')
    throw new Refusal('--rootfs does not exist in this world: kubeadm works on the host it runs on');
  const certDir = flags.get('cert-dir');
  if (certDir !== undefined && certDir.replace(/\/$/, '') !== '/etc/kubernetes/pki')
    throw new Refusal(
      'a certificate directory other than "/etc/kubernetes/pki" does not exist in this world',
    );
}

/** Flags anywhere, everything else in order. Throws FlagError. */
export function readCall(context: Context, command: Subcommand, words: readonly string[]): Call {
  const known = { ...COMMON, ...command.flags };
  const args: string[] = [];
  const flags: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = longForm(words[i] as string, command);
    if (!word.startsWith('-') || word === '-') {
      args.push(word);
      continue;
    }
    flags.push(word);
    const name = word.slice(2).replace(/=.*/, '');
    if (ABSENT.includes(name) && !(name in known))
      throw new Refusal(`--${name} does not exist in this world`);
    const kind = known[word.slice(2)];
    const value = words[i + 1];
    if (kind && kind !== 'bool' && value !== undefined) {
      flags.push(value);
      i++;
    }
  }
  const values = parseFlags(flags, known);
  checkCommon(values);
  return new Call(context, args, values);
}

function longForm(word: string, command: Subcommand): string {
  const match = /^-([a-z])(?:=?(.+))?$/.exec(word);
  const long = match?.[1] === 'v' ? 'v' : command.shorthands?.[match?.[1] ?? ''];
  if (!match || !long) return word;
  return match[2] === undefined ? `--${long}` : `--${long}=${match[2]}`;
}

/** Columns as Go's tabwriter sets them: at least ten wide, three apart; the last one as it is. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.slice(0, -1).entries()) {
      widths[i] = Math.max(widths[i] ?? 10, cell.length + 3);
    }
  }
  const line = (row: readonly string[]) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('');
  return rows.map((row) => `${line(row)}\n`).join('');
}

// Models k8s.io/apimachinery/pkg/util/duration ShortHumanDuration
export function shortDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 60) return `${Math.max(0, seconds)}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  const days = Math.floor(seconds / 86_400);
  return days < 365 ? `${days}d` : `${Math.floor(days / 365)}y`;
}
