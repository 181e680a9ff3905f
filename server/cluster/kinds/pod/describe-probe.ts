import { goList } from '../describe/common.ts';

/** One line for a probe. Models kubectl pkg/describe DescribeProbe. */
export function probeText(probe: any): string {
  const attributes = [
    `delay=${probe.initialDelaySeconds ?? 0}s`,
    `timeout=${probe.timeoutSeconds ?? 0}s`,
    `period=${probe.periodSeconds ?? 0}s`,
    `#success=${probe.successThreshold ?? 0}`,
    `#failure=${probe.failureThreshold ?? 0}`,
  ].join(' ');
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (exec) return `exec ${goList(exec.command)} ${attributes}`;
  if (httpGet) {
    const { scheme = '', host = '', port, path = '' } = httpGet;
    const rooted = path !== '' && !path.startsWith('/') ? `/${path}` : path;
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${rooted} ${attributes}`;
  }
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${attributes}`;
  if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${attributes}`;
  return `unknown ${attributes}`;
}
