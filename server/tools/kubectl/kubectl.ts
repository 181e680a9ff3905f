import { klogLine } from '../../cluster/klog.ts';
import type { Context } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import type { Flags } from '../pflag.ts';
import { Api } from './api.ts';
import { type ClientConfig, clientConfig } from './client-config.ts';
import { KubectlError, NoResourceMatch, usageError } from './errors.ts';
import type { CommandLine } from './flags.ts';
import { RequestLog } from './request-log.ts';
import { type ApiResource, Resources } from './resources.ts';

export type DryRun = 'none' | 'client' | 'server';

/** One run of kubectl: its command line, and what the commands share. */
export class Kubectl {
  readonly context: Context;
  readonly path: string;
  readonly flags: Flags;
  readonly args: readonly string[];
  readonly dash: number;
  #config: ClientConfig | undefined;
  #api: Api | undefined;
  #resources: Resources | undefined;
  #stdin: string | undefined;
  #dryRun: DryRun | undefined;

  constructor(context: Context, line: CommandLine) {
    this.context = context;
    this.path = line.path;
    this.flags = line.flags;
    this.args = line.args;
    this.dash = line.dash;
  }

  get config(): ClientConfig {
    this.#config ??= clientConfig(this.context, this.flags);
    return this.#config;
  }

  get api(): Api {
    this.#api ??= new Api(this.context, this.config, {
      requestTimeout: this.flags.string('request-timeout'),
      warn: (text) => this.warn(text),
      matchVersion: this.flags.bool('match-server-version'),
      log: new RequestLog(this.context, Number(this.flags.global('v') || 0), this.config.files),
    });
    return this.#api;
  }

  get resources(): Resources {
    this.#resources ??= new Resources(this.api, this.cacheDirectory);
    return this.#resources;
  }

  get cacheDirectory(): string {
    return this.flags.string('cache-dir').replace('$HOME', this.context.env.get('HOME') ?? '');
  }

  /** The namespace of the run: the flag, the context's, or `default`. */
  get namespace(): string {
    return this.config.namespace;
  }

  /** True when `-n` was given. */
  get namespaceGiven(): boolean {
    return this.flags.global('namespace') !== '';
  }

  get now(): number {
    return this.context.now;
  }

  *out(text: string): Steps<void> {
    if (text !== '') yield* this.context.out(text);
  }

  *err(text: string): Steps<void> {
    if (text !== '') yield* this.context.err(text);
  }

  /** What the server warns of. */
  warn(text: string): Steps<void> {
    return this.err(`Warning: ${text}\n`);
  }

  /** Standard input to its end; read once. */
  *stdin(): Steps<string> {
    this.#stdin ??= yield* this.context.readAll(0);
    return this.#stdin;
  }

  usage(message: string): KubectlError {
    return usageError(this.path, message);
  }

  /** The resource that a word names, or kubectl's complaint. */
  *resource(name: string): Steps<ApiResource> {
    const found = yield* this.resources.find(name);
    if (!found) throw new KubectlError(`the server doesn't have a resource type "${name.split('.')[0]}"`);
    return found;
  }

  /** The same, with the complaint that is printed bare. */
  *resourceOrNoMatch(name: string): Steps<ApiResource> {
    const found = yield* this.resources.find(name);
    if (!found) throw new NoResourceMatch(name.split('.')[0] as string);
    return found;
  }

  /** --dry-run. Models cmdutil.GetDryRunStrategy. */
  *dryRun(): Steps<DryRun> {
    this.#dryRun ??= yield* this.#parseDryRun();
    return this.#dryRun;
  }

  /** What `dryRun` found. */
  get dryRunValue(): DryRun {
    return this.#dryRun ?? 'none';
  }

  *#parseDryRun(): Steps<DryRun> {
    if (!this.flags.has('dry-run')) return 'none';
    const value = this.flags.string('dry-run');
    if (value === 'none' || value === 'client' || value === 'server') return value;
    if (this.flags.isBare('dry-run')) {
      yield* this.klog(
        'W',
        'helpers.go:703',
        '--dry-run is deprecated and can be replaced with --dry-run=client.',
      );
      return 'client';
    }
    if (/^(1|t|T|TRUE|true|True)$/.test(value)) {
      yield* this.klog(
        'W',
        'helpers.go:700',
        `--dry-run=${value} is deprecated (boolean value) and can be replaced with --dry-run=client.`,
      );
      return 'client';
    }
    if (/^(0|f|F|FALSE|false|False)$/.test(value)) {
      yield* this.klog(
        'W',
        'helpers.go:700',
        `--dry-run=${value} is deprecated (boolean value) and can be replaced with --dry-run=none.`,
      );
      return 'none';
    }
    throw new KubectlError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
  }

  /** --validate as the server's fieldValidation. */
  fieldValidation(): 'Strict' | 'Warn' | 'Ignore' {
    const value = this.flags.has('validate') ? this.flags.string('validate') : 'ignore';
    if (value === 'true' || value === 'strict') return 'Strict';
    if (value === 'warn') return 'Warn';
    if (value === 'false' || value === 'ignore') return 'Ignore';
    throw new KubectlError(
      `invalid - validate option "${value}"; must be one of: strict (or true), warn, ignore (or false)`,
    );
  }

  *klog(level: Parameters<typeof klogLine>[1], where: string, text: string): Steps<void> {
    yield* this.err(klogLine(this.context, level, where, text));
  }
}
