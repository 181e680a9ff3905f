import { capable, resolveName } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { isApplet } from '../core/applet.ts';
import { type Call, tool } from '../core/tool.ts';
import { lookUp } from './dial.ts';
import { OUTSIDE_HOPS, pathTo, reaches, wayTo } from './way.ts';

export const ping = tool({
  name: 'ping',
  summary: 'send ICMP ECHO_REQUEST to network hosts',
  usage: '[options] <destination>',
  version: 'ping from iputils 20240117',
  paths: ['ping', 'ping4', 'ping6'].map((name) => `/usr/bin/${name}`),
  usageStatus: 2,
  refusal: (message) => `ping: ${message}\n\nUsage\n  ping [options] <destination>\n`,
  options: 'c= W= w= i= s= t= I= q n v 4 6 a A D O f R V',
  *run(call) {
    const [host] = call.operands;
    const { context } = call;
    if (call.options.has('V')) {
      yield* call.print('ping from iputils 20240117\n');
      return 0;
    }
    if (host === undefined) {
      yield* context.err('ping: usage error: Destination address required\n');
      return 2;
    }
    for (const name of ['c', 'W', 'w', 'i', 's'] as const) {
      const given = call.options.get(name);
      if (given !== undefined && !/^\d*\.?\d+$/.test(given)) call.fail(`invalid argument: '${given}'`);
    }
    if (context.credentials.confinement && !capable(context.credentials, 'NET_RAW')) {
      const applet = isApplet(context, 'ping');
      yield* context.err(
        applet ? 'ping: permission denied (are you root?)\n' : 'ping: socket: Operation not permitted\n',
      );
      return applet ? 1 : 2;
    }
    const found = yield* lookUp(context, host);
    if (!found.ok) {
      const applied = isApplet(context, 'ping');
      const why =
        found.why === 'not-found' ? 'Name or service not known' : 'Temporary failure in name resolution';
      yield* context.err(applied ? `ping: bad address '${host}'\n` : `ping: ${host}: ${why}\n`);
      return applied ? 1 : 2;
    }
    const shown = isApplet(context, 'ping') ? host : found.name;
    return yield* new Pinger(call, shown, found.address).run();
  },
});

class Pinger {
  readonly #call: Call;
  readonly #host: string;
  readonly #address: string;
  readonly #applet: boolean;
  readonly #size: number;
  readonly #times: number[] = [];
  #sent = 0;
  #errors = 0;
  #stopped = false;
  #startedAt = 0;
  #lastSentAt = 0;

  constructor(call: Call, host: string, address: string) {
    this.#call = call;
    this.#host = host;
    this.#address = address;
    this.#applet = isApplet(call.context, 'ping');
    this.#size = Number(call.options.get('s') ?? 56);
  }

  *run(): Steps<number> {
    const { options, context } = this.#call;
    if (reaches(context, this.#address) === 'unreachable') {
      yield* context.err(
        this.#applet
          ? `PING ${this.#host} (${this.#address}): ${this.#size} data bytes\nping: sendto: Network is unreachable\n`
          : 'ping: connect: Network is unreachable\n',
      );
      return this.#applet ? 1 : 2;
    }
    context.process.handlers.set('INT', () => {
      this.#stopped = true;
    });
    this.#startedAt = context.now;
    const [count, interval] = [
      Number(options.get('c') ?? Number.POSITIVE_INFINITY),
      Number(options.get('i') ?? 1) * 1000,
    ];
    const end = context.now + Number(options.get('w') ?? Number.POSITIVE_INFINITY) * 1000;
    yield* this.#call.print(
      this.#applet
        ? `PING ${this.#host} (${this.#address}): ${this.#size} data bytes\n`
        : `PING ${this.#host} (${this.#address}) ${this.#size}(${this.#size + 28}) bytes of data.\n`,
    );
    while (this.#sent < count && !this.#stopped && context.now < end) {
      const answered = yield* this.#echo();
      yield* this.#call.flush();
      const last = this.#sent >= count;
      const wait = last ? (answered ? 0 : Number(options.get('W') ?? 10) * 1000) : interval;
      if (wait > 0) yield* context.sleep(Math.min(wait, end - context.now));
    }
    yield* this.#summary();
    return this.#times.length > 0 ? 0 : 1;
  }

  *#echo(): Steps<boolean> {
    const { options, context } = this.#call;
    const sequence = ++this.#sent;
    this.#lastSentAt = context.now;
    const outcome = reaches(context, this.#address);
    if (outcome === 'no-host') yield* this.#unreachable(sequence);
    if (outcome !== 'answers') return false;
    const path = pathTo(context.network, this.#address);
    const routers = path ? path.routers.length : OUTSIDE_HOPS;
    const local = path?.to === context.network;
    const time = (local ? 0.03 : 0.35 + routers * 0.11) + (context.host.random.below(40) + 1) / 1000;
    this.#times.push(time);
    if (options.has('q')) return true;
    const name =
      this.#host === this.#address || options.has('n') ? this.#address : `${this.#host} (${this.#address})`;
    const ttl = 64 - routers;
    yield* this.#call.print(
      this.#applet
        ? `${this.#size + 8} bytes from ${this.#address}: seq=${sequence - 1} ttl=${ttl} time=${time.toFixed(3)} ms\n`
        : `${this.#size + 8} bytes from ${name}: icmp_seq=${sequence} ttl=${ttl} time=${time.toFixed(3)} ms\n`,
    );
    return true;
  }

  /** The kernel tells after some seconds that nobody has such an address on the wire. */
  *#unreachable(sequence: number): Steps<void> {
    if (this.#applet || this.#call.options.has('q')) return;
    this.#errors++;
    const from = this.#call.context.network.sourceFor(this.#address);
    yield* this.#call.print(`From ${from} icmp_seq=${sequence} Destination Host Unreachable\n`);
  }

  *#summary(): Steps<void> {
    const got = this.#times.length;
    const loss = this.#sent === 0 ? 0 : ((this.#sent - got) * 100) / this.#sent;
    const lost = Number.isInteger(loss) ? String(loss) : loss.toFixed(this.#applet ? 0 : 4);
    const elapsed = this.#lastSentAt - this.#startedAt;
    const [min, max] = [Math.min(...this.#times), Math.max(...this.#times)];
    const mean = this.#times.reduce((sum, time) => sum + time, 0) / Math.max(1, got);
    const deviation = Math.sqrt(
      this.#times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / Math.max(1, got),
    );
    const three = (...values: number[]) => values.map((value) => value.toFixed(3)).join('/');
    const title = `\n--- ${this.#host} ping statistics ---\n${this.#sent} packets transmitted, ${got} `;
    if (this.#applet) {
      yield* this.#call.print(`${title}packets received, ${lost}% packet loss\n`);
      if (got > 0) yield* this.#call.print(`round-trip min/avg/max = ${three(min, mean, max)} ms\n`);
      return;
    }
    const errors = this.#errors > 0 ? `+${this.#errors} errors, ` : '';
    yield* this.#call.print(`${title}received, ${errors}${lost}% packet loss, time ${elapsed}ms\n`);
    yield* this.#call.print(
      got > 0 ? `rtt min/avg/max/mdev = ${three(min, mean, max, deviation)} ms\n` : '\n',
    );
  }
}

export const traceroute = tool({
  name: 'traceroute',
  summary: 'print the route packets trace to network host',
  usage: '[options] host [packetlen]',
  version: 'Modern traceroute for Linux, version 2.1.5',
  usageStatus: 2,
  options: 'n m= q= w= I T U p= f= 4 6',
  *run(call) {
    const { context } = call;
    const [host] = call.operands;
    if (host === undefined) {
      yield* context.err(
        'Usage:\n  traceroute [ -46nITU ] [ -f first_ttl ] [ -m max_ttl ] [ -p port ] [ -q nqueries ] [ -w MAX ] host\n',
      );
      return 2;
    }
    const found = resolveName(context, host);
    if (!found.ok) {
      const applied = isApplet(context, 'traceroute');
      yield* context.err(
        applied
          ? `traceroute: bad address '${host}'\n`
          : `${host}: Name or service not known\nCannot handle "host" cmdline arg \`${host}' on position 1 (argc 1)\n`,
      );
      return applied ? 1 : 2;
    }
    const address = found.addresses[0] as string;
    const [most, probes] = [Number(call.options.get('m') ?? 30), Number(call.options.get('q') ?? 3)];
    yield* call.print(
      `traceroute to ${host} (${address}), ${most} hops max, ${isApplet(context, 'traceroute') ? 46 : 60} byte packets\n`,
    );
    const shown = wayTo(context, address);
    const answers = shown.length > 0;
    for (let ttl = 1; ttl <= (answers ? shown.length : most); ttl++) {
      const at = shown[ttl - 1];
      const times = Array.from({ length: probes }, () =>
        at ? `${(0.2 * ttl + context.host.random.below(60) / 1000).toFixed(3)} ms` : '*',
      );
      const name = call.options.has('n') ? at : at === address ? `${host} (${at})` : `${at} (${at})`;
      if (!at) yield* context.sleep(5000);
      yield* call.print(
        `${String(ttl).padStart(2)}  ${at ? `${name}  ${times.join('  ')}` : times.join(' ')}\n`,
      );
      yield* call.flush();
    }
    return 0;
  },
});
