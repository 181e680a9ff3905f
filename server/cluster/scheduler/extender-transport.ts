import type { Context } from '../../host/index.ts';
import { HttpClient, requestFailure } from '../client/http-client.ts';
import { readNamed } from '../client/program-start.ts';
import { type ExtenderConfig, ExtenderError, type Send } from './extender.ts';

/**
 * Reaches an extender over the network. Throws StartError for files that cannot be read. Models
 * pkg/scheduler/extender.go makeTransport: who names no authority is not particular.
 */
export function senderTo(context: Context, { urlPrefix, enableHTTPS, tlsConfig = {} }: ExtenderConfig): Send {
  const { host, protocol } = new URL(urlPrefix);
  const read = (part: 'ca' | 'cert' | 'key') => {
    const [data, path] = [tlsConfig[`${part}Data`], tlsConfig[`${part}File`]];
    if (data) return Buffer.from(data, 'base64').toString();
    return path ? readNamed(context, path, "couldn't build extenders: ") : undefined;
  };
  const [ca, certificate] = [read('ca'), read('cert')];
  read('key');
  const { serverName } = tlsConfig;
  const client = new HttpClient(context, {
    server: `${enableHTTPS ? 'https' : protocol.slice(0, -1)}://${host}`,
    ca,
    certificate,
    insecure: !ca,
    ...(serverName ? { serverName } : {}),
    userAgent: 'Go-http-client/1.1',
  });
  return (request) => {
    try {
      return client.request(request);
    } catch (error) {
      throw new ExtenderError(requestFailure(error));
    }
  };
}
