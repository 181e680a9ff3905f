import { bodyText, httpRequest, isSystemError } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';

/** The text behind a URL, over the host's network. Models resource.URLVisitor. */
export function* fetchUrl(k: Kubectl, url: string): Steps<string> {
  const match = /^(https?):\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?(\/.*)?$/.exec(url);
  if (!match) throw new KubectlError(`the URL passed to filename "${url}" is not valid`);
  const [, scheme, host = '', port, path = '/'] = match;
  const address = lookUp(k, host);
  if (address === undefined)
    throw new KubectlError(
      `unable to read URL "${url}", Get "${url}": dial tcp: lookup ${host} on 127.0.0.53:53: no such host`,
    );
  const target = { address, port: Number(port ?? (scheme === 'https' ? 443 : 80)) };
  try {
    yield* k.context.sleep(40);
    const response = httpRequest(k.context.network, target, { method: 'GET', path, headers: { host } });
    if (response.status !== 200) {
      const text = response.status === 404 ? '404 Not Found' : String(response.status);
      throw new KubectlError(
        `unable to read URL "${url}", server reported ${text}, status code=${response.status}`,
      );
    }
    return bodyText(response);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(
      `unable to read URL "${url}", Get "${url}": dial tcp ${target.address}:${target.port}: connect: ${error.message.toLowerCase()}`,
    );
  }
}

/** The address of a name: literal, or from /etc/hosts. */
function lookUp(k: Kubectl, host: string): string | undefined {
  if (/^[\d.]+$/.test(host)) return host;
  if (host === 'localhost') return '127.0.0.1';
  const { fs } = k.context;
  if (!fs.can('/etc/hosts', 'read')) return undefined;
  for (const line of fs.read('/etc/hosts').split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address && names.includes(host)) return address;
  }
  return undefined;
}
