import type { Context } from '../../../host/index.ts';
import { Random } from '../../../sim/index.ts';
import { type FlagValues, flagTrue } from '../../flags.ts';
import type { Log } from '../../store/log.ts';
import { readEncryptionConfiguration } from './configuration.ts';
import { EncryptedLog, type TransformersFor } from './encrypted-log.ts';
import { transformersOf } from './transformers.ts';

/** How often a changed file is looked for. Models encryptionconfig/controller. */
const RELOAD_MS = 60_000;
const FLAG = 'encryption-provider-config';

/**
 * The log as `--encryption-provider-config` says that it is written. Without that flag it is the same, and what somebody
 * else has encrypted cannot be read. Throws what is wrong with the file.
 */
export function encrypted(context: Context, flags: FlagValues, log: Log): Log {
  return new EncryptedLog({
    log,
    transformersFor: transformers(context, flags),
    randomFor: (purpose) => new Random(`${context.host.hostname}/${purpose}`),
  });
}

/** Throws what is wrong with the file. */
export function checkEncryption(context: Context, flags: FlagValues): void {
  const path = flags.get(FLAG);
  if (path) load(context, path);
  else if (flagTrue(flags, `${FLAG}-automatic-reload`))
    throw new Error(`--${FLAG}-automatic-reload must be set with --${FLAG}`);
}

function transformers(context: Context, flags: FlagValues): TransformersFor {
  const path = flags.get(FLAG);
  if (!path) return () => undefined;
  let current = load(context, path);
  if (!flagTrue(flags, `${FLAG}-automatic-reload`)) return current;
  let next = context.now + RELOAD_MS;
  return (group, resource) => {
    if (context.now >= next) {
      next = context.now + RELOAD_MS;
      current = reloaded(context, path) ?? current;
    }
    return current(group, resource);
  };
}

/** A file that has become wrong changes nothing. */
function reloaded(context: Context, path: string): TransformersFor | undefined {
  try {
    return load(context, path);
  } catch {
    return undefined;
  }
}

function load(context: Context, path: string): TransformersFor {
  const fail = (why: string): never => {
    throw new Error(`error while parsing file: ${why}`);
  };
  if (!context.fs.can(path, 'read')) {
    const named = JSON.stringify(path);
    fail(
      `error opening encryption provider configuration file ${named}: open ${path}: no such file or directory`,
    );
  }
  try {
    return transformersOf(readEncryptionConfiguration(context.fs.read(path), path));
  } catch (error) {
    return fail((error as Error).message);
  }
}
