import type { Host } from '../../host/index.ts';
import { type ContainerRuntime, socketKey } from './cri.ts';

/** What answers at an endpoint: a runtime, or why none does, in the words of every client of CRI. */
export type Dialled =
  | { readonly runtime: ContainerRuntime; readonly problem?: never }
  | { readonly runtime?: never; readonly problem: string };

/** Models cri-client/pkg/remote_runtime.go NewRemoteRuntimeService; `mayConnect` is false for who may not use the socket. */
export function dialRuntime(host: Host, endpoint: string, mayConnect = true): Dialled {
  const failed = (why: string) => ({
    problem: `validate service connection: validate CRI v1 runtime API for endpoint "${endpoint}": ${why}`,
  });
  const path = endpoint.replace(/^unix:\/\//, '');
  if (/^\w+:\/\//.test(path)) return failed(`protocol "${path.split(':')[0]}" not supported`);
  const listener = host.network.network.unix.get(socketKey(host.hostname, path));
  if (listener && mayConnect) {
    const runtime = listener.service as ContainerRuntime | undefined;
    return runtime
      ? { runtime }
      : failed('rpc error: code = Unimplemented desc = unknown service runtime.v1.RuntimeService');
  }
  const why = listener
    ? 'permission denied'
    : host.init.fs.exists(path)
      ? 'connection refused'
      : 'no such file or directory';
  return failed(
    `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix ${path}: connect: ${why}"`,
  );
}
