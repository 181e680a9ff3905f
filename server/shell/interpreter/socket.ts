import type { OpenFile } from '../../host/index.ts';
import { ShellError } from './flow.ts';
import type { Shell } from './shell.ts';

/** Opens `/dev/tcp/HOST/PORT`. */
export function openSocket(
  shell: Shell,
  protocol: 'tcp' | 'udp',
  host: string,
  port: string,
  path: string,
): OpenFile {
  void shell;
  void protocol;
  throw new ShellError(
    `connect: Connection refused\n${shell.prefix}/dev/${protocol}/${host}/${port}: ${path ? 'Connection refused' : ''}`,
  );
}
