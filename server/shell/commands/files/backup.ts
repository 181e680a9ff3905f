import { quote } from '../core/quote.ts';
import { type Call, Failure } from '../core/tool.ts';

type Control = 'none' | 'simple' | 'numbered' | 'existing';

const CONTROLS: Readonly<Record<string, Control>> = {
  none: 'none',
  off: 'none',
  simple: 'simple',
  never: 'simple',
  numbered: 'numbered',
  t: 'numbered',
  existing: 'existing',
  nil: 'existing',
};

/** Whether what is overwritten is kept under another name, and how. Models gnulib backupfile.c xget_version. */
function controlOf({ options, context }: Call): Control {
  if (!options.has('b', 'backup', 'S')) return 'none';
  const word = options.get('backup') ?? context.env.get('VERSION_CONTROL') ?? 'existing';
  const found = CONTROLS[word] ?? Object.entries(CONTROLS).find(([name]) => name.startsWith(word))?.[1];
  if (found && word !== '') return found;
  const valid = ['none, off', 'simple, never', 'existing, nil', 'numbered, t'].map(
    (pair) => `\n  - ${pair.split(', ').map(quote).join(', ')}`,
  );
  throw new Failure(
    `invalid argument ${quote(word)} for ${quote('backup type')}\nValid arguments are:${valid.join('')}`,
    1,
    true,
  );
}

/** What may not be asked for together. */
export function checkBackup(call: Call): void {
  const { options } = call;
  if (controlOf(call) !== 'none' && options.last('n', 'i', 'f') === 'n')
    call.misuse('options --backup and --no-clobber are mutually exclusive');
}

/** Renames what is in the way and returns its new name; undefined: there are no backups. */
export function backUp(call: Call, path: string): string | undefined {
  const control = controlOf(call);
  if (control === 'none') return undefined;
  const { fs, env } = call.context;
  const suffix = call.options.get('S') ?? env.get('SIMPLE_BACKUP_SUFFIX') ?? '~';
  let next = 1;
  while (fs.tryStat(`${path}.~${next}~`, false)) next++;
  const numbered = control === 'numbered' || (control === 'existing' && next > 1);
  const name = numbered ? `${path}.~${next}~` : `${path}${suffix}`;
  fs.rename(path, name);
  return name;
}
