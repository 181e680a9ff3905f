import type { SshService } from '../../../host/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { lookUp } from './ssh-connection.ts';

/** The host keys of servers, for `known_hosts`. Models ssh-keyscan.c. */
export const sshKeyscan = tool({
  name: 'ssh-keyscan',
  summary: 'gather SSH public keys from servers',
  usage: '[-46cDHqv] [-f file] [-O option] [-p port] [-T timeout] [-t type] [host | addrlist namelist]',
  version: 'OpenSSH_9.6p1 Ubuntu-3ubuntu13.5',
  options: '4 6 c D H q v f= O= p= T= t=',
  *run(call: Call) {
    const { options, context, operands } = call;
    if (options.has('H')) call.fail('-H is not simulated: names are not hashed here');
    const port = Number(options.get('p') ?? 22);
    const types = options.get('t')?.split(',') ?? ['ed25519'];
    for (const name of operands) {
      const address = lookUp(context, name);
      if (address === undefined) {
        yield* context.err(`getaddrinfo ${name}: Name or service not known\n`);
        continue;
      }
      const found = context.network.connect(address, port);
      const service = found.ok ? (found.listener.service as SshService | undefined) : undefined;
      if (!service?.hostKey) continue;
      if (!options.has('q'))
        yield* context.err(`# ${name}:${port} SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13.5\n`);
      const shown = port === 22 ? name : `[${name}]:${port}`;
      if (types.includes('ed25519'))
        yield* call.print(`${shown} ${service.hostKey.split(' ').slice(0, 2).join(' ')}\n`);
    }
    return 0;
  },
});
