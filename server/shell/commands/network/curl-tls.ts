import type { Call } from '../core/tool.ts';
import { chosenSuites } from './cipher-list.ts';
import { CurlError } from './curl-error.ts';
import { keyMatches, nameWithoutOthers, type TlsIdentity, type TlsTrouble, VERIFY_TEXTS } from './dial.ts';

export const SYSTEM_CAS = '/etc/ssl/certs/ca-certificates.crt';

/** The CAs that are trusted. */
export function rootsOf(call: Call, caFile: string | undefined, insecure: boolean): string {
  const { fs } = call.context;
  const path = caFile ?? SYSTEM_CAS;
  if (fs.isFile(path) && fs.can(path, 'read')) return fs.read(path);
  if (caFile !== undefined && !insecure) throw new CurlError(77, `error setting certificate file: ${path}`);
  return '';
}

/** The certificate of -E, once its key is found to be right. */
export function clientCertificate(call: Call): string {
  const { options, context } = call;
  const given = options.get('E');
  if (given === undefined) return '';
  const path = given.replace(/:[^/]*$/, '');
  const read = (file: string) =>
    context.fs.isFile(file) && context.fs.can(file, 'read') ? context.fs.read(file) : undefined;
  const certificate = read(path);
  if (certificate === undefined || !certificate.includes('-----BEGIN CERTIFICATE-----'))
    throw new CurlError(
      58,
      `could not load PEM client certificate from ${path}, OpenSSL error error:80000002:system library::No such file or directory, (no key found, wrong pass phrase, or wrong file format?)`,
    );
  const keyPath = options.get('key') ?? path;
  const key = read(keyPath);
  if (key === undefined || !keyMatches(certificate, key))
    throw new CurlError(58, `unable to set private key file: '${keyPath}' type PEM`);
  return certificate;
}

/** The versions of TLS that `--tlsv1.2`, `--tlsv1.3` and `--tls-max` leave, and what `--ciphers` names for 1.2. */
export function tlsOffer({ options }: Call): Pick<TlsIdentity, 'versions' | 'suites' | 'ciphers'> {
  const least = options.has('tlsv1.3') ? 1.3 : 1;
  const most = Number(options.get('tls-max') ?? 1.3) || 1.3;
  const versions = [1.2, 1.3]
    .filter((version) => least <= version && version <= most)
    .map((version) => `TLSv${version}`);
  const ciphers = options.get('ciphers');
  const suites = ciphers === undefined ? undefined : chosenSuites(ciphers);
  if (suites?.length === 0) throw new CurlError(59, `failed setting cipher list: ${ciphers}`);
  return { versions, suites, ciphers };
}

/** What a failed handshake ends a transfer with. */
export function tlsError(trouble: TlsTrouble, host: string, shown: string): CurlError {
  const [, why] = VERIFY_TEXTS[trouble] ?? [];
  const more =
    '\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the web page mentioned above.';
  if (why) return new CurlError(60, `SSL certificate problem: ${why}${more}`);
  if (trouble === 'name') {
    const name = nameWithoutOthers(shown);
    const what =
      name === undefined
        ? 'no alternative certificate subject name matches'
        : `certificate subject name '${name}' does not match`;
    return new CurlError(60, `SSL: ${what} target host name '${host}'${more}`);
  }
  if (trouble === 'plain')
    return new CurlError(35, 'OpenSSL/3.0.13: error:0A00010B:SSL routines::wrong version number');
  if (trouble === 'version')
    return new CurlError(35, 'OpenSSL/3.0.13: error:0A00042E:SSL routines::tlsv1 alert protocol version');
  if (trouble === 'no-certificate')
    return new CurlError(35, 'OpenSSL/3.0.13: error:0A000438:SSL routines::tlsv1 alert internal error');
  if (trouble === 'suite')
    return new CurlError(35, 'OpenSSL/3.0.13: error:0A000410:SSL routines::sslv3 alert handshake failure');
  const alert =
    trouble === 'certificate-required'
      ? '0A00045C:SSL routines::tlsv13 alert certificate required'
      : '0A000412:SSL routines::sslv3 alert bad certificate';
  return new CurlError(56, `OpenSSL SSL_read: OpenSSL/3.0.13: error:${alert}, errno 0`);
}
