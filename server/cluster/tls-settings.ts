import { GO_SUITES, type TlsServer } from '../host/index.ts';
import { type FlagValues, flagList } from './flags.ts';

const VERSIONS = ['VersionTLS10', 'VersionTLS11', 'VersionTLS12', 'VersionTLS13'];
const SUITE =
  /^TLS_((ECDHE_(ECDSA|RSA)|RSA)_WITH_(AES_(128|256)_(CBC_SHA(256)?|GCM_SHA(256|384))|3DES_EDE_CBC_SHA|RC4_128_SHA|CHACHA20_POLY1305(_SHA256)?)|(AES_(128|256)_GCM|CHACHA20_POLY1305)_SHA(256|384))$/;
/** HTTP/2 needs one of them. */
const REQUIRED = ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'];

/** `--tls-min-version` and `--tls-cipher-suites` of a server, in Go's words. */
export interface TlsSettings {
  /** `VersionTLS13`; undefined or '': the default. */
  readonly least: string | undefined;
  readonly suites: readonly string[];
}

/** As the programs of Kubernetes take them. */
export function tlsSettings(flags: FlagValues): TlsSettings {
  return { least: flags.get('tls-min-version'), suites: flagList(flags, 'tls-cipher-suites') };
}

export const isSuite = (name: string): boolean => SUITE.test(name);

/** What is wrong with the names. Models k8s.io/component-base/cli/flag TLSVersion, TLSCipherSuites */
export function tlsProblems({ least, suites }: TlsSettings): string[] {
  const wrong = suites.find((name) => !isSuite(name));
  return [
    ...(least && !VERSIONS.includes(least) ? [`unknown tls version ${JSON.stringify(least)}`] : []),
    ...(wrong ? [`Cipher suite ${wrong} not supported or doesn't exist`] : []),
  ];
}

/** Why no server of HTTP/2 can be made of them. Models golang.org/x/net/http2 ConfigureServer */
export function http2Problem({ least, suites }: TlsSettings): string | undefined {
  const fits =
    suites.length === 0 || least === 'VersionTLS13' || suites.some((name) => REQUIRED.includes(name));
  return fits
    ? undefined
    : `http2: TLSConfig.CipherSuites is missing an HTTP/2-required AES_128_GCM_SHA256 cipher (need at least one of ${REQUIRED.join(' or ')})`;
}

/** What a server of these settings speaks. Suites of TLS 1.3 cannot be chosen in Go, nor their order. */
export function tlsSpoken({ least, suites }: TlsSettings): Pick<TlsServer, 'versions' | 'suites'> {
  const chosen = new Set(suites.map(opensslName));
  return {
    versions: least === 'VersionTLS13' ? ['TLSv1.3'] : undefined,
    suites:
      suites.length === 0
        ? undefined
        : [...GO_SUITES.filter((name) => name.startsWith('TLS_') || chosen.has(name)), ...rare(chosen)],
  };
}

/** Those that Go does not offer by itself. */
const rare = (chosen: ReadonlySet<string>) =>
  [...chosen].filter((name) => !name.startsWith('TLS_') && !GO_SUITES.includes(name));

/** `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` is `ECDHE-RSA-AES128-GCM-SHA256` to OpenSSL. */
function opensslName(name: string): string {
  const [, exchange, cipher] = /^TLS_(\w+)_WITH_(\w+)$/.exec(name) ?? [];
  if (exchange === undefined || cipher === undefined) return name;
  const short = cipher
    .replace(/^AES_(\d+)_/, 'AES$1-')
    .replace('3DES_EDE_CBC_SHA', 'DES-CBC3-SHA')
    .replace(/CBC_|_SHA256$(?<=POLY1305_SHA256)/g, '');
  return `${exchange === 'RSA' ? '' : `${exchange}-`}${short}`.replaceAll('_', '-');
}
