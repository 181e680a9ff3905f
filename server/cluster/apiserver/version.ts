import { createHash } from 'node:crypto';

/** What a server of the version this project simulates says of itself. */
const VERSION = {
  major: '1',
  minor: '33',
  emulationMajor: '1',
  emulationMinor: '33',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '32',
  gitVersion: 'v1.33.1',
  gitCommit: '8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828',
  gitTreeState: 'clean',
  buildDate: '2025-05-15T08:19:08Z',
  goVersion: 'go1.24.2',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** What a server says it is; its kinds and rules stay those of this project's version. */
export function versionInfo(gitVersion: string = VERSION.gitVersion) {
  if (gitVersion === VERSION.gitVersion) return VERSION;
  const minor = Number(gitVersion.split('.')[1]);
  const gitCommit = createHash('sha1').update(gitVersion).digest('hex');
  return {
    ...VERSION,
    minor: String(minor),
    emulationMinor: String(minor),
    minCompatibilityMinor: String(minor - 1),
    gitVersion,
    gitCommit,
  };
}
