import { type Context, programVersion } from '../../host/index.ts';
import { KubectlError } from './errors.ts';

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

type Version = Readonly<Record<string, string>>;

/** In the order of Go's struct. */
const VERSION_FIELDS = [
  'major',
  'minor',
  'emulationMajor',
  'emulationMinor',
  'minCompatibilityMajor',
  'minCompatibilityMinor',
  'gitVersion',
  'gitCommit',
  'gitTreeState',
  'buildDate',
  'goVersion',
  'compiler',
  'platform',
];

/** As Go prints a struct with %#v. */
function goStruct(version: Version): string {
  const fields = VERSION_FIELDS.map(
    (name) => `${name[0]?.toUpperCase()}${name.slice(1)}:${JSON.stringify(version[name] ?? '')}`,
  );
  return `version.Info{${fields.join(', ')}}`;
}

/** --match-server-version. Models client-go/discovery MatchesServerVersion. */
export function checkMatch(client: Version, server: Version): void {
  const same = ['gitVersion', 'gitCommit', 'gitTreeState'].every((name) => client[name] === server[name]);
  if (same) return;
  throw new KubectlError(
    `server version (&${goStruct(server)}) differs from client version (${goStruct(client)})`,
  );
}

const SUPPORTED_SKEW = 1;

/** What is said of versions too far apart; '' for nothing. Models cmd/version printVersionSkewWarning. */
export function skewWarning(client: Version, server: Version): string {
  const [one, other] = [client, server].map(({ gitVersion = '' }) => /^v?(\d+)\.(\d+)/.exec(gitVersion));
  if (!one || !other) return '';
  const minors = Math.abs(Number(one[2]) - Number(other[2]));
  if (one[1] === other[1] && minors <= SUPPORTED_SKEW) return '';
  const shown = (version: RegExpExecArray) => `${version[1]}.${version[2]}`;
  return `WARNING: version difference between client (${shown(one)}) and server (${shown(other)}) exceeds the supported minor version skew of +/-${SUPPORTED_SKEW}\n`;
}
