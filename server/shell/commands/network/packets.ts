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

function stream(flow: Flow): Packet[] {
  const [client, server] = [drawn(flow, 2), drawn(flow, 3)];
  const ticks = drawn(flow, 4);
  const times = (isAnswer: boolean, echoed: number) =>
    `TS val ${(isAnswer ? ticks ^ 0x5a5a5a5a : ticks) >>> 0} ecr ${echoed === 0 ? 0 : (isAnswer ? ticks : ticks ^ 0x5a5a5a5a) >>> 0}`;
  const packet = (isAnswer: boolean, flags: string, rest: string, bytes = 0, note = ''): Packet => ({
    ...{ protocol: 'tcp', isAnswer, bytes, afterMicros: isAnswer ? 60 : 90 },
    text: `Flags [${flags}], ${rest}, length ${bytes}${note}`,
  });
  const hello = (isAnswer: boolean, echoed: number) =>
    `mss 1460,sackOK,${times(isAnswer, echoed)},nop,wscale 7`;
  const syn = packet(false, 'S', `seq ${client}, win ${WINDOW}, options [${hello(false, 0)}]`);
  switch (flow.outcome) {
    case 'lost':
      return [syn];
    case 'rejected':
      return [syn, unreachable(flow)];
    case 'refused':
      return [syn, packet(true, 'R.', `seq 0, ack ${client + 1}, win 0`)];
  }
  const options = (isAnswer: boolean) => `options [nop,nop,${times(isAnswer, 1)}]`;
  const plain = (isAnswer: boolean, ack: number) =>
    packet(isAnswer, '.', `ack ${ack}, win ${isAnswer ? 509 : 502}, ${options(isAnswer)}`);
  const pushed = (isAnswer: boolean, bytes: number, ack: number, first: string) =>
    packet(
      isAnswer,
      'P.',
      `seq 1:${1 + bytes}, ack ${ack}, win ${isAnswer ? 509 : 502}, ${options(isAnswer)}`,
      bytes,
      HTTP_PORTS.has(flow.target.port) ? `: HTTP: ${first}` : '',
    );
  const asked = flow.said?.question.bytes ?? 0;
  const answered = flow.said?.answer.bytes ?? 0;
  const last = (isAnswer: boolean, seq: number, ack: number) =>
    packet(isAnswer, 'F.', `seq ${seq}, ack ${ack}, win ${isAnswer ? 509 : 502}, ${options(isAnswer)}`);
  const talk = flow.said
    ? [
        pushed(false, asked, 1, flow.said.question.text),
        plain(true, 1 + asked),
        pushed(true, answered, 1 + asked, flow.said.answer.text),
        plain(false, 1 + answered),
      ]
    : [];
  return [
    syn,
    packet(true, 'S.', `seq ${server}, ack ${client + 1}, win 65160, options [${hello(true, 1)}]`),
    plain(false, 1),
    ...talk,
    last(false, 1 + asked, 1 + answered),
    last(true, 1 + answered, 2 + asked),
    plain(false, 2 + answered),
  ];
}
