import { KubectlError } from './errors.ts';

type Fields = Record<string, any>;

/** A certificate or key as it was found. */
export interface Material {
  readonly text: string | undefined;
  readonly path: string;
  /** Why its file could not be read; '' when it could. */
  readonly error: string;
}

/** One failure is told as it is, several as a list. */
export function invalidConfiguration(errors: readonly string[]): KubectlError {
  if (errors.length === 1) return new KubectlError(errors[0] as string);
  const list = errors.map((error) => `* ${error}`).join('\n');
  return new KubectlError(`Error in configuration: \n${list}`, { plain: true });
}

/** Models clientcmd validateAuthInfo. */
export function userErrors(
  name: string,
  user: Fields,
  { certificate, key }: { certificate: Material; key: Material },
): string[] {
  const errors: string[] = [];
  const has = (field: string) => Boolean(user[field]);
  if (has('client-certificate') || has('client-certificate-data')) {
    if (has('client-certificate') && has('client-certificate-data'))
      errors.push(
        `client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`,
      );
    if (has('client-key') && has('client-key-data'))
      errors.push(
        `client-key-data and client-key are both specified for ${name}; client-key-data will override`,
      );
    if (!has('client-key') && !has('client-key-data'))
      errors.push(
        `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`,
      );
    if (certificate.error !== '')
      errors.push(`unable to read client-cert ${certificate.path} for ${name} due to ${certificate.error}`);
    if (key.error !== '')
      errors.push(`unable to read client-key ${key.path} for ${name} due to ${key.error}`);
  }
  if (user['exec']) errors.push(...execErrors(name, user['exec'] as Fields));
  if (has('token') && (has('username') || has('password')))
    errors.push(
      `more than one authentication method found for ${name}; found [token basicAuth], only one is allowed`,
    );
  if ((has('as-uid') || user['as-groups']?.length > 0) && !has('as'))
    errors.push(`requesting uid, groups or user-extra for ${name} without impersonating a user`);
  return errors;
}

function execErrors(name: string, exec: Fields): string[] {
  const errors: string[] = [];
  const use = `must be specified for ${name} to use exec authentication plugin`;
  if (!exec['command']) errors.push(`command ${use}`);
  if (!exec['apiVersion']) errors.push(`apiVersion ${use}`);
  const mode = exec['interactiveMode'] ?? (/beta1$/.test(exec['apiVersion'] ?? '') ? 'IfAvailable' : '');
  if (mode === '') errors.push(`interactiveMode ${use}`);
  else if (!['Never', 'IfAvailable', 'Always'].includes(mode))
    errors.push(`invalid interactiveMode for ${name}: ${JSON.stringify(mode)}`);
  return errors;
}

/** Models clientcmd validateClusterInfo. */
export function clusterErrors(name: string, cluster: Fields, ca: Material): string[] {
  const errors: string[] = [];
  const proxy = String(cluster['proxy-url'] ?? '');
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(proxy)?.[1] ?? '';
  if (proxy !== '' && !['http', 'https', 'socks5'].includes(scheme))
    errors.push(
      `invalid 'proxy-url' ${JSON.stringify(proxy)} for cluster ${JSON.stringify(name)}: unsupported scheme ${JSON.stringify(scheme)}, must be http, https, or socks5`,
    );
  if (!cluster['certificate-authority']) return errors;
  if (cluster['certificate-authority-data'])
    errors.push(
      `certificate-authority-data and certificate-authority are both specified for ${name}. certificate-authority-data will override.`,
    );
  if (ca.error !== '')
    errors.push(`unable to read certificate-authority ${ca.path} for ${name} due to ${ca.error}`);
  return errors;
}

/** What Go's TLS would not take. */
export function checkMaterial(found: {
  secure: boolean;
  insecure: boolean;
  ca: string | undefined;
  certificate: string | undefined;
}): void {
  if (!found.secure) return;
  if (found.insecure && found.ca !== undefined)
    throw new KubectlError('specifying a root certificates file with the insecure flag is not allowed');
  if (found.certificate !== undefined && !found.certificate.includes('-----BEGIN '))
    throw new KubectlError('tls: failed to find any PEM data in certificate input');
  if (found.ca !== undefined && !found.ca.includes('-----BEGIN '))
    throw new KubectlError('unable to load root certificates: unable to parse bytes as PEM block');
}
