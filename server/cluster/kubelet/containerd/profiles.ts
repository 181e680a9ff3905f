import { type Host, isSystemError, loadedProfiles } from '../../../host/index.ts';
import { type ContainerConfig, RuntimeError } from '../../client/cri.ts';
import { UNCONFINED } from './capabilities.ts';

/** Throws when a profile that a container must run under is not there. */
export function checkProfiles(host: Host, { security, privileged }: ContainerConfig): void {
  if (privileged || !security) return;
  const { seccomp, appArmor = UNCONFINED } = security;
  if (appArmor !== UNCONFINED && !loadedProfiles(host).has(appArmor))
    throw new RuntimeError(
      'Unknown',
      `failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found ${appArmor}`,
    );
  if (typeof seccomp !== 'object') return;
  const failed = (why: string) =>
    new RuntimeError('Unknown', `failed to create containerd container: ${why}`);
  try {
    JSON.parse(host.init.fs.read(seccomp.file));
  } catch (error) {
    if (!isSystemError(error))
      throw failed(`decoding seccomp profile failed ${JSON.stringify(seccomp.file)}: invalid character`);
    throw failed(
      `cannot load seccomp profile ${JSON.stringify(seccomp.file)}: open ${seccomp.file}: ${error.message.toLowerCase()}`,
    );
  }
}
