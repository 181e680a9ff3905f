import type { FlagValues } from '../flags.ts';
import type { Log } from './component.ts';

/** Says what only those hear who ask for it; `text` is made when somebody does. */
export type Detail = (level: number, source: string, text: () => string) => void;

/** What `-v` and `--vmodule=schedule_one=3,event*=4` ask for; undefined: nothing. Models k8s.io/klog/v2 moduleSpec.Set */
export function detailLog(flags: FlagValues, log: Log): Detail | undefined {
  const verbosity = Number(flags.get('v') ?? 0);
  const modules = [...(flags.get('vmodule') ?? '').matchAll(/([^,=]+)=(\d+)/g)].map(
    ([, glob = '', level = '0']) => [globbed(glob), Number(level)] as const,
  );
  if (verbosity <= 0 && modules.length === 0) return undefined;
  return (level, source, text) => {
    const file = source.split('.')[0] as string;
    const own = modules.find(([pattern]) => pattern.test(file))?.[1];
    if (level <= Math.max(verbosity, own ?? 0)) log('I', source, text());
  };
}

function globbed(glob: string): RegExp {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`);
}
