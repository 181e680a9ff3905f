import { type Context, OPENSSL_SUITES, type TlsServer } from '../../../host/index.ts';
import { parseCertificates, publicKeyOf } from '../../../host/pki/index.ts';
import { type Directive, NginxConfigError } from './nginx-config.ts';
import { type Site, siteFor } from './nginx-sites.ts';

const DEFAULT_PROTOCOLS = ['TLSv1.2', 'TLSv1.3'];

/** A directive of a server, or of all. */
type Found = (name: string) => Directive | undefined;

/** Throws for the first server with `listen … ssl` that cannot do so. Models ngx_http_ssl_module and ngx_event_openssl */
export function checkTls({ fs }: Context, http: readonly Directive[]): void {
  const read = (what: string, { args: [path = ''] }: Directive): string => {
    if (fs.isFile(path)) return fs.read(path);
    throw new NginxConfigError(
      `cannot load ${what} "${path}": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(${path}, r) error:10000080:BIO routines::no such file)`,
    );
  };
  for (const server of http.filter(({ name }) => name === 'server')) {
    const find = finder(server.block ?? [], http);
    const listen = (server.block ?? []).find((one) => one.name === 'listen' && one.args.includes('ssl'));
    if (!listen) continue;
    const [certificate, key] = [find('ssl_certificate'), find('ssl_certificate_key')];
    for (const [one, name] of [
      [certificate, 'ssl_certificate'],
      [key, 'ssl_certificate_key'],
    ] as const)
      if (!one) {
        const why = `no "${name}" is defined for ${name === 'ssl_certificate' ? 'the "listen ... ssl" directive' : 'certificate'}`;
        throw new NginxConfigError(why, listen.file, listen.line);
      }
    const [chain, secret] = [
      read('certificate', certificate as Directive),
      read('certificate key', key as Directive),
    ];
    if (isPair(chain, secret)) continue;
    throw new NginxConfigError(
      `SSL_CTX_use_PrivateKey("${key?.args[0]}") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)`,
    );
  }
}

function finder(own: readonly Directive[], http: readonly Directive[]): Found {
  return (name) => own.find((one) => one.name === name) ?? http.find((one) => one.name === name);
}

function isPair(certificate: string, key: string): boolean {
  try {
    return parseCertificates(certificate)[0]?.publicKey.equals(publicKeyOf(key)) ?? false;
  } catch {
    return false;
  }
}

/** What a port shows in handshakes; undefined: none of its servers wants one. Files are read when nginx reads its configuration. */
export function tlsOf(
  { fs }: Context,
  port: number,
  list: readonly Site[],
  http: readonly Directive[],
): TlsServer | undefined {
  const isSecure = ({ directives }: Site) =>
    directives.some(
      ({ name, args: [at = '', ...more] }) =>
        name === 'listen' && more.includes('ssl') && (at === `${port}` || at.endsWith(`:${port}`)),
    );
  if (!list.some(isSecure)) return undefined;
  const shown = new Map(
    list.map((site) => [site, fs.read(finder(site.directives, http)('ssl_certificate')?.args[0] ?? '')]),
  );
  const of = (name: string) => shown.get(siteFor(list, name) as Site) ?? '';
  const standard = siteFor(list, '') as Site;
  return {
    certificates: of(''),
    certificatesFor: of,
    suites: OPENSSL_SUITES,
    versions: finder(standard.directives, http)('ssl_protocols')?.args ?? DEFAULT_PROTOCOLS,
  };
}
