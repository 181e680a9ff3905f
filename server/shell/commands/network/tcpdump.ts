import { capable, type Flow, resolveName, sightings } from '../../../host/index.ts';
import { type Steps, WaitQueue, waitOn } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { FilterError, type PacketFilter, packetFilter } from './packet-filter.ts';
import { type Packet, packetsOf } from './packets.ts';
import { serviceName, servicePort } from './sockets.ts';

/** A connection is told once its client has had the time to say what it has to say. */
const GATHER_MS = 10;
const ANY = 'any';
/** Connections that wait to be told; more are dropped, as a full buffer of the kernel does. */
const MAX_WAITING = 1000;

export const tcpdump = tool({
  name: 'tcpdump',
  summary: 'dump traffic on a network',
  usage:
    '[-AbdDefhHIJKlLnNOpqStuUvxX#] [ -B size ] [ -c count ] [--count] [ -C file_size ] [ -i interface ] [ expression ]',
  version: 'tcpdump version 4.99.4\nlibpcap version 1.10.4 (with TPACKET_V3)',
  options: 'i|interface= c= s|snapshot-length= n v e q t l p D|list-interfaces S U K N A X x w= r= f #',
  *run(call) {
    const { options, context } = call;
    for (const refused of ['A', 'X', 'x', 'e', 'w', 'r'])
      if (options.has(refused)) call.fail(`-${refused} is not simulated here: packets have no bytes`);
    if (options.has('D')) return yield* listInterfaces(call);
    const device = options.get('i') ?? defaultDevice(call);
    if (!capable(context.credentials, 'NET_RAW')) {
      const why = "You don't have permission to perform this capture on that device";
      call.fail(`${device}: ${why}\n(socket: Operation not permitted)`);
    }
    const known = context.network.allInterfaces().some(({ name }) => name === device);
    if (device !== ANY && !known) call.fail(`${device}: No such device exists\n(No such device exists)`);
    const filter = readFilter(call);
    yield* context.err(`${banner(device, options.has('v'))}\n`);
    return yield* new Capture(call, device, filter).run();
  },
});

function banner(device: string, isVerbose: boolean): string {
  const [type, name] = device === ANY ? ['LINUX_SLL2', 'Linux cooked v2'] : ['EN10MB', 'Ethernet'];
  return [
    ...(device === ANY ? ['tcpdump: data link type LINUX_SLL2'] : []),
    ...(isVerbose
      ? [`tcpdump: listening on ${device}, link-type ${type} (${name}), snapshot length 262144 bytes`]
      : [
          'tcpdump: verbose output suppressed, use -v[v]... for full protocol decode',
          `listening on ${device}, link-type ${type} (${name}), snapshot length 262144 bytes`,
        ]),
  ].join('\n');
}

function defaultDevice({ context }: Call): string {
  return context.network.interfaces.find(({ name }) => name !== 'lo')?.name ?? 'lo';
}

function* listInterfaces(call: Call): Steps<number> {
  const names = call.context.network.allInterfaces().filter(({ up }) => up);
  const lines = [
    ...names.filter(({ name }) => name !== 'lo').map(({ name }) => `${name} [Up, Running, Connected]`),
    'any (Pseudo-device that captures on all interfaces) [Up, Running]',
    'lo [Up, Running, Loopback]',
  ];
  yield* call.print(lines.map((line, i) => `${i + 1}.${line}\n`).join(''));
  return 0;
}

function readFilter(call: Call): PacketFilter {
  const address = (name: string) => {
    const found = resolveName(call.context, name);
    return found.ok ? found.addresses[0] : undefined;
  };
  try {
    return packetFilter(call.operands, { address, port: servicePort });
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return call.fail(
      error.message === 'syntax error' ? `can't parse filter expression: ${error.message}` : error.message,
    );
  }
}

interface Tapped {
  readonly at: number;
  readonly flow: Flow;
}

/** What is caught from the start of the tool until its count is full or somebody stops it. */
class Capture {
  readonly #call: Call;
  readonly #device: string;
  readonly #filter: PacketFilter;
  readonly #wake = new WaitQueue();
  readonly #waiting: Tapped[] = [];
  readonly #limit: number;
  #count = 0;
  #dropped = 0;
  #isStopped = false;

  constructor(call: Call, device: string, filter: PacketFilter) {
    this.#call = call;
    this.#device = device;
    this.#filter = filter;
    this.#limit = Number(call.options.get('c') ?? Number.POSITIVE_INFINITY);
  }

  *run(): Steps<number> {
    const { context } = this.#call;
    const stop = context.network.network.taps.listen((flow) => this.#take(flow));
    context.process.onExit.push(stop);
    for (const signal of ['INT', 'TERM', 'HUP'] as const)
      context.process.handlers.set(signal, () => {
        this.#isStopped = true;
      });
    while (!this.#isStopped && this.#count < this.#limit) {
      const [first] = this.#waiting;
      const due = first && first.at + GATHER_MS;
      if (due !== undefined && due <= context.now) yield* this.#show(this.#waiting.shift() as Tapped);
      else yield* waitOn([this.#wake], due);
    }
    stop();
    for (const tapped of this.#waiting.splice(0)) yield* this.#show(tapped);
    yield* this.#call.flush();
    const word = this.#count === 1 ? 'packet' : 'packets';
    yield* context.err(
      `${this.#isStopped ? '\n' : ''}${this.#count} ${word} captured\n${this.#count} ${word} received by filter\n${this.#dropped} packet${this.#dropped === 1 ? '' : 's'} dropped by kernel\n`,
    );
    return 0;
  }

  #take(flow: Flow): void {
    const { context } = this.#call;
    const at = context.now;
    const last = this.#waiting.at(-1);
    const isSame = flow.asked.port === 0 && last?.at === at && last.flow.asked.address === flow.asked.address;
    if (isSame || sightings(context.network, flow).length === 0) return;
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push({ at, flow });
    else this.#dropped++;
    this.#wake.notify();
  }

  *#show({ at, flow }: Tapped): Steps<void> {
    const seen = sightings(this.#call.context.network, flow);
    let micros = at * 1000;
    for (const packet of packetsOf(flow)) {
      for (const one of packet.isAnswer ? [...seen].reverse() : seen) {
        if (this.#device !== ANY && one.device !== this.#device) continue;
        const [source, target] = packet.isAnswer ? [one.target, one.source] : [one.source, one.target];
        if (!this.#filter({ protocol: packet.protocol, source, target })) continue;
        if (this.#count >= this.#limit) return;
        this.#count++;
        const isOut = one.isOut !== packet.isAnswer;
        micros += 7;
        yield* this.#call.print(`${this.#line(micros, { ...one, source, target, isOut }, packet)}\n`);
      }
      micros += packet.afterMicros;
    }
    yield* this.#call.flush();
  }

  #line(micros: number, one: ReturnType<typeof sightings>[number], packet: Packet): string {
    const { options } = this.#call;
    const device = this.#device === ANY ? `${one.device.padEnd(5)} ${one.isOut ? 'Out' : 'In '} ` : '';
    const name = ({ address, port }: { address: string; port: number }) => {
      if (packet.protocol === 'icmp') return address;
      return `${address}.${(options.has('n') ? undefined : serviceName(port)) ?? port}`;
    };
    const stamp = options.has('t') ? '' : `${timeText(micros)} `;
    const brief = options.has('q') && packet.protocol === 'tcp' ? `tcp ${packet.bytes}` : packet.text;
    return `${stamp}${device}IP ${name(one.source)} > ${name(one.target)}: ${brief}`;
  }
}

/** `09:00:58.123456`. */
function timeText(micros: number): string {
  const iso = new Date(Math.floor(micros / 1000)).toISOString();
  return `${iso.slice(11, 23)}${String(micros % 1000).padStart(3, '0')}`;
}
