import { type Context, isSystemError } from '../../host/index.ts';
import type { Options } from '../../shell/options.ts';
import type { Steps } from '../../sim/index.ts';
import { Fatal } from './connection.ts';

const PATH = '/etc/crictl.yaml';

/** The settings of crictl.yaml and what they are where the file says nothing. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'runtime-endpoint': '""',
  'image-endpoint': '""',
  timeout: '0',
  debug: 'false',
  'pull-image-on-create': 'false',
  'disable-pull-on-run': 'false',
};

function read(context: Context): Map<string, string> {
  const settings = new Map(Object.entries(DEFAULTS));
  if (!context.fs.isFile(PATH)) return settings;
  for (const line of context.fs.read(PATH).split('\n')) {
    const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined && settings.has(name)) settings.set(name, value ?? '');
  }
  return settings;
}

/** `crictl config`: shows, reads or changes settings of the file. Needs no runtime. */
export function* config(context: Context, options: Options): Steps<number> {
  const settings = read(context);
  const known = (name: string) => {
    if (!settings.has(name)) throw new Fatal(`no configuration option named ${JSON.stringify(name)}`);
    return name;
  };
  const pairs = options.all('set').flatMap((text) => text.split(','));
  const [name, value] = options.operands;
  if (name !== undefined && value !== undefined) pairs.push(`${name}=${value}`);
  if (pairs.length > 0) {
    for (const pair of pairs) {
      const equals = pair.indexOf('=');
      if (equals < 0)
        throw new Fatal(`configuration option ${JSON.stringify(pair)} is not of the form name=value`);
      settings.set(known(pair.slice(0, equals)), pair.slice(equals + 1));
    }
    write(context, settings);
    return 0;
  }
  const asked = options.get('get') ?? name;
  if (asked !== undefined) {
    yield* context.out(`${(settings.get(known(asked)) ?? '').replace(/^"(.*)"$/, '$1')}\n`);
    return 0;
  }
  yield* context.out([...settings].map(([key, shown]) => `${key}: ${shown}\n`).join(''));
  return 0;
}

function write(context: Context, settings: ReadonlyMap<string, string>): void {
  try {
    context.fs.write(PATH, [...settings].map(([name, value]) => `${name}: ${value}\n`).join(''), 0o600);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new Fatal(`write config file: open ${PATH}: ${error.message.toLowerCase()}`);
  }
}
