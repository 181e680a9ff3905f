import { type Host, isSystemError } from '../../../host/index.ts';
import { type ContainerConfig, RuntimeError } from '../../client/cri.ts';

/** Throws when a profile that a container must run under is not there. AppArmor profiles cannot be loaded here. */
export function checkProfiles({ init: { fs } }: Host, { security, privileged }: ContainerConfig): void {
  if (privileged || !security) return;
  if (security.appArmor !== undefined)
    throw new RuntimeError(
      'Unknown',
      `failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found ${security.appArmor}`,
    );
  const { seccomp } = security;
  if (typeof seccomp !== 'object') return;
  const failed = (why: string) =>
    new RuntimeError('Unknown', `failed to create containerd container: ${why}`);
  try {
    JSON.parse(fs.read(seccomp.file));
  } catch (error) {
    if (!isSystemError(error))
      throw failed(`decoding seccomp profile failed ${JSON.stringify(seccomp.file)}: invalid character`);
    throw failed(
      `cannot load seccomp profile ${JSON.stringify(seccomp.file)}: open ${seccomp.file}: ${error.message.toLowerCase()}`,
    );
  }
}
