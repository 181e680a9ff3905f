import type { Flow } from '../../../host/index.ts';

/** A packet of a connection, as its decoder shows it. */
export interface Packet {
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp';
  readonly isAnswer: boolean;
  readonly text: string;
  /** Of what it carries. */
  readonly bytes: number;
  /** Until the next one. */
  readonly afterMicros: number;
}

/** The packets that a connection takes. */
export function packetsOf(flow: Flow): Packet[] {
  if (flow.asked.port === 0) return echo(flow);
  if (flow.protocol === 'TCP') return stream(flow);
  return datagrams(flow);
}

/** A number that looks drawn, and is the same whenever this connection is looked at. */
function drawn({ source, asked }: Flow, salt: number): number {
  return ((source.port * 40_503 + asked.port * 9973 + salt * 7919) * 65_537) % 2 ** 32;
}

function echo(flow: Flow): Packet[] {
  const id = drawn(flow, 1) % 65_536;
  const common = { protocol: 'icmp', bytes: 64, afterMicros: 350 } as const;
  const packet = (isAnswer: boolean): Packet => ({
    ...common,
    isAnswer,
    text: `ICMP echo ${isAnswer ? 'reply' : 'request'}, id ${id}, seq 1, length 64`,
  });
  // Nobody listens on that port: who refuses it is there, and answers echoes.
  return flow.outcome === 'refused' ? [packet(false), packet(true)] : [packet(false)];
}

function unreachable({ asked, protocol }: Flow): Packet {
  const what = `${protocol.toLowerCase()} port ${asked.port} unreachable`;
  const text = `ICMP ${asked.address} ${what}, length 68`;
  return { protocol: 'icmp', isAnswer: true, bytes: 68, afterMicros: 40, text };
}

function datagrams(flow: Flow): Packet[] {
  const protocol = flow.protocol === 'UDP' ? 'udp' : 'sctp';
  const packet = (isAnswer: boolean, bytes: number, text: string): Packet => ({
    ...{ protocol, isAnswer, bytes, afterMicros: isAnswer ? 40 : 420 },
    text: text || `${protocol.toUpperCase()}, length ${bytes}`,
  });
  const { said } = flow;
  const question = packet(false, said?.question.bytes ?? 0, said?.question.text ?? '');
  if (flow.outcome === 'rejected' || flow.outcome === 'refused') return [question, unreachable(flow)];
  return said ? [question, packet(true, said.answer.bytes, said.answer.text)] : [question];
}

const HTTP_PORTS = new Set([80, 8080, 3128, 591]);
const WINDOW = 64_240;

/** Makes the packets of one TCP connection: its numbers, clocks and windows. */
class Segments {
  readonly client: number;
  readonly server: number;
  readonly #ticks: number;

  constructor(flow: Flow) {
    this.client = drawn(flow, 2);
    this.server = drawn(flow, 3);
    this.#ticks = drawn(flow, 4);
  }

  /** `rest` is what stands between the flags and the length. */
  make(isAnswer: boolean, flags: string, rest: string, bytes = 0, note = ''): Packet {
    const text = `Flags [${flags}], ${rest}, length ${bytes}${note}`;
    return { protocol: 'tcp', isAnswer, bytes, afterMicros: isAnswer ? 60 : 90, text };
  }

  hello(isAnswer: boolean): Packet {
    const options = `options [mss 1460,sackOK,${this.#times(isAnswer, isAnswer)},nop,wscale 7]`;
    const numbers = isAnswer
      ? `seq ${this.server}, ack ${this.client + 1}, win 65160`
      : `seq ${this.client}, win ${WINDOW}`;
    return this.make(isAnswer, isAnswer ? 'S.' : 'S', `${numbers}, ${options}`);
  }

  /** A packet of a connection that stands. */
  later(isAnswer: boolean, flags: string, numbers: string, bytes = 0, note = ''): Packet {
    const options = `options [nop,nop,${this.#times(isAnswer, true)}]`;
    return this.make(isAnswer, flags, `${numbers}, win ${isAnswer ? 509 : 502}, ${options}`, bytes, note);
  }

  #times(isAnswer: boolean, hasHeard: boolean): string {
    const [mine, theirs] = [this.#ticks, (this.#ticks ^ 0x5a5a5a5a) >>> 0];
    const [own, other] = isAnswer ? [theirs, mine] : [mine, theirs];
    return `TS val ${own} ecr ${hasHeard ? other : 0}`;
  }
}

function stream(flow: Flow): Packet[] {
  const segments = new Segments(flow);
  const first = segments.hello(false);
  switch (flow.outcome) {
    case 'lost':
      return [first];
    case 'rejected':
      return [first, unreachable(flow)];
    case 'refused':
      return [first, segments.make(true, 'R.', `seq 0, ack ${segments.client + 1}, win 0`)];
    case 'answered':
      return [first, segments.hello(true), segments.later(false, '.', 'ack 1'), ...talk(flow, segments)];
  }
}

/** What is said, and the farewell. */
function talk({ said, target }: Flow, segments: Segments): Packet[] {
  const asked = 1 + (said?.question.bytes ?? 0);
  const answered = 1 + (said?.answer.bytes ?? 0);
  const note = (text: string) => (HTTP_PORTS.has(target.port) ? `: HTTP: ${text}` : '');
  const words = said
    ? [
        segments.later(false, 'P.', `seq 1:${asked}, ack 1`, asked - 1, note(said.question.text)),
        segments.later(true, '.', `ack ${asked}`),
        segments.later(true, 'P.', `seq 1:${answered}, ack ${asked}`, answered - 1, note(said.answer.text)),
        segments.later(false, '.', `ack ${answered}`),
      ]
    : [];
  return [
    ...words,
    segments.later(false, 'F.', `seq ${asked}, ack ${answered}`),
    segments.later(true, 'F.', `seq ${answered}, ack ${asked + 1}`),
    segments.later(false, '.', `ack ${answered + 1}`),
  ];
}
