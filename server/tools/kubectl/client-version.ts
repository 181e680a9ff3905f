import { type Context, programVersion } from '../../host/index.ts';

/** What this kubectl says it is. */
const CLIENT = {
  major: '1',
  minor: '33',
  gitVersion: 'v1.33.1',
  gitCommit: '8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828',
  gitTreeState: 'clean',
  buildDate: '2025-05-15T08:27:33Z',
  goVersion: 'go1.24.2',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** A kubectl that came in a package says the package's version. */
export function clientVersion(context: Context) {
  const gitVersion = programVersion(context) || CLIENT.gitVersion;
  return { ...CLIENT, gitVersion, minor: gitVersion.split('.')[1] ?? CLIENT.minor };
}

/** `kubectl/v1.33.1 (linux/amd64) kubernetes/8adc0f0` */
export function userAgent(context: Context): string {
  const { gitVersion, platform, gitCommit } = clientVersion(context);
  return `kubectl/${gitVersion} (${platform}) kubernetes/${gitCommit.slice(0, 7)}`;
}
