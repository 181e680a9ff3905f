import type { Context } from '../../host/index.ts';
import { listenPlainly } from '../client/component-serving.ts';
import type { FlagKind, FlagValues } from '../flags.ts';

/** Images of old releases run today's scheduler, but with the flags of their time. */
export const LEGACY_FLAGS: Readonly<Record<string, FlagKind>> = {
  address: 'ip',
  'lock-object-name': 'string',
  'lock-object-namespace': 'string',
  port: 'int',
  'scheduler-name': 'string',
};

const INSECURE_PORT = 10_251;

/** Whether a release still had them: they went with v1.23. */
export function isLegacy(version: string): boolean {
  const [, minor] = /^v1\.(\d+)\./.exec(version) ?? [];
  return minor !== undefined && Number(minor) < 23;
}

/** Flags by the names that they have today. */
export function renamed(flags: FlagValues): FlagValues {
  const now: Readonly<Record<string, string>> = {
    'lock-object-name': 'leader-elect-resource-name',
    'lock-object-namespace': 'leader-elect-resource-namespace',
  };
  return new Map([...flags].map(([name, value]) => [now[name] ?? name, value]));
}

/** Tells of health without TLS, as old releases did unless `--port=0`. */
export function serveInsecurely(context: Context, flags: FlagValues): void {
  const port = Number(flags.get('port') ?? INSECURE_PORT);
  if (port !== 0) listenPlainly(context, flags.get('address') ?? '0.0.0.0', port);
}
