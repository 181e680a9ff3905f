import { parse as parseYaml } from 'yaml';
import type { Context } from '../../host/index.ts';
import { readNamed, StartError } from '../client/program-start.ts';
import type { FlagValues } from '../flags.ts';
import type { ManagerSettings, Recycling } from './controller.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

/** How each kind is called in flags and messages. The two increments are not named alike. */
const KINDS = {
  hostPath: { flag: 'hostpath', perGiB: 'timeout-increment-hostpath', said: 'hostpath' },
  nfs: { flag: 'nfs', perGiB: 'increment-timeout-nfs', said: 'NFS' },
} as const;

/** What `--pv-recycler-…` say. Models cmd/kube-controller-manager/app/plugins.go ProbeProvisionableRecyclableVolumePlugins */
export function recyclingOf(context: Context, flags: FlagValues): ManagerSettings['recycling'] {
  const of = (kind: keyof typeof KINDS): Recycling => {
    const { flag, perGiB, said } = KINDS[kind];
    const usual = DEFAULT_SETTINGS.recycling[kind];
    return {
      leastSeconds: Number(flags.get(`pv-recycler-minimum-timeout-${flag}`) ?? usual.leastSeconds),
      perGiB: Number(flags.get(`pv-recycler-${perGiB}`) ?? usual.perGiB),
      template: templateOf(context, flags.get(`pv-recycler-pod-template-filepath-${flag}`), said),
    };
  };
  return { hostPath: of('hostPath'), nfs: of('nfs') };
}

/** The specification of the pod in a file: it must have a volume to be replaced by the one that is emptied. */
function templateOf(context: Context, path: string | undefined, kind: string): object | undefined {
  if (!path) return undefined;
  const wrong = `could not create ${kind} recycler pod from file ${path}: `;
  const text = readNamed(context, path, `${wrong}failed to read file path ${path}: `);
  let spec: any;
  try {
    spec = parseYaml(text)?.spec;
  } catch (error) {
    throw new StartError(`${wrong}failed decoding file: ${(error as Error).message.split('\n')[0]}`);
  }
  if (!spec?.volumes?.length)
    throw new StartError(`${wrong}pod specification does not contain any volume(s).`);
  return spec;
}
