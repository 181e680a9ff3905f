import { type Context, type Main, queryServer, resolveName, resolverConfig } from '../../../host/index.ts';

/** The name of an address, as the first name server knows it. */
function nameOf(context: Context, address: string): string | undefined {
  const [server] = resolverConfig(context).nameservers;
  if (server === undefined) return undefined;
  const reversed = `${address.split('.').reverse().join('.')}.in-addr.arpa.`;
  const answer = queryServer(context, server, reversed, 'PTR');
  if (typeof answer === 'string') return undefined;
  return answer.answers.find(({ type }) => type === 'PTR')?.data.replace(/\.$/, '');
}

function line(context: Context, address: string, number: number): string {
  const name = nameOf(context, address);
  return `Address ${number}: ${address}${name === undefined ? '' : ` ${name}`}\n`;
}

/** nslookup of busybox up to 1.28: it asks the C library, which searches the domains of resolv.conf for every name. */
export const nslookupLibc: Main = function* (context) {
  const [, name, server] = context.args;
  if (name === undefined) {
    yield* context.err(
      'BusyBox v1.28.4 multi-call binary.\n\nUsage: nslookup [HOST] [SERVER]\n\nQuery the nameserver for the IP address of the given HOST\noptionally using a specified DNS server\n',
    );
    return 1;
  }
  const [own = ''] = resolverConfig(context).nameservers;
  const asked = server ?? own;
  const found = resolveName(context, name);
  if (!found.ok && found.why === 'timeout') yield* context.sleep(10_000);
  yield* context.out(`Server:    ${asked}\n${line(context, asked, 1)}\n`);
  if (!found.ok) {
    yield* context.err(`nslookup: can't resolve '${name}'\n`);
    return 1;
  }
  yield* context.out(
    `Name:      ${name}\n${found.addresses.map((one, i) => line(context, one, i + 1)).join('')}`,
  );
  return 0;
};
