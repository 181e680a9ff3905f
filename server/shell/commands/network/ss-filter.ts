import { isWithin } from '../../../host/index.ts';
import { type Socket, servicePort } from './sockets.ts';

type State = Socket['state'];

export interface Filter {
  /** Undefined: those that the options ask for. */
  readonly states: readonly State[] | undefined;
  readonly matches: (socket: Socket) => boolean;
}

/** States by the names that ss knows; sockets here are in three of them. */
const STATES: Readonly<Record<string, readonly State[]>> = {
  all: ['LISTEN', 'UNCONN', 'ESTAB'],
  connected: ['ESTAB'],
  synchronized: ['ESTAB'],
  established: ['ESTAB'],
  estab: ['ESTAB'],
  big: ['ESTAB', 'LISTEN'],
  listening: ['LISTEN'],
  listen: ['LISTEN'],
  closed: ['UNCONN'],
  close: ['UNCONN'],
  unconnected: ['UNCONN'],
  ...Object.fromEntries(
    [
      'bucket',
      'syn-sent',
      'syn-recv',
      'fin-wait-1',
      'fin-wait-2',
      'time-wait',
      'close-wait',
      'last-ack',
      'closing',
    ].map((name) => [name, []]),
  ),
};

const SYNTAX = `bison bellows (while parsing filter): "syntax error!" Sorry.
Usage: ss [ OPTIONS ]
       ss [ OPTIONS ] [ FILTER ]`;

type Test = (socket: Socket) => boolean;

class SyntaxFailure extends Error {}

/** `state established '( dport = :443 or sport = :22 )' dst 10.0.0.0/8`; a text: what is wrong with it. */
export function readFilter(operands: readonly string[]): Filter | string {
  const words = operands.join(' ').match(/[()!]|[^\s()!]+/g) ?? [];
  let states: State[] | undefined;
  while (words[0] === 'state' || words[0] === 'exclude') {
    const [verb, name = ''] = words.splice(0, 2);
    const named = STATES[name];
    if (!named) return `wrong state name: ${name}`;
    const before = states ?? (verb === 'exclude' ? [...(STATES['all'] as State[])] : []);
    states = verb === 'state' ? [...before, ...named] : before.filter((one) => !named.includes(one));
  }
  try {
    const matches = words.length > 0 ? anyOf(words) : () => true;
    return words.length > 0 ? SYNTAX : { states, matches };
  } catch (error) {
    if (error instanceof SyntaxFailure) return SYNTAX;
    throw error;
  }
}

function anyOf(words: string[]): Test {
  const first = allOf(words);
  if (!['or', '|', '||'].includes(words[0] ?? '')) return first;
  words.shift();
  const second = anyOf(words);
  return (socket) => first(socket) || second(socket);
}

function allOf(words: string[]): Test {
  const first = one(words);
  if (words.length === 0 || [')', 'or', '|', '||'].includes(words[0] as string)) return first;
  if (['and', '&', '&&'].includes(words[0] as string)) words.shift();
  const second = allOf(words);
  return (socket) => first(socket) && second(socket);
}

function one(words: string[]): Test {
  const word = words.shift();
  if (word === 'not' || word === '!') {
    const inner = one(words);
    return (socket) => !inner(socket);
  }
  if (word === '(') {
    const inner = anyOf(words);
    if (words.shift() !== ')') throw new SyntaxFailure();
    return inner;
  }
  if (word === 'sport' || word === 'dport') return portTest(word === 'sport', words);
  if (word === 'src' || word === 'dst') return hostTest(word === 'src', words);
  throw new SyntaxFailure();
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  ...{ '=': (a, b) => a === b, '==': (a, b) => a === b, eq: (a, b) => a === b },
  ...{ '!=': (a, b) => a !== b, ne: (a, b) => a !== b, neq: (a, b) => a !== b },
  ...{ '<': (a, b) => a < b, lt: (a, b) => a < b, '>': (a, b) => a > b, gt: (a, b) => a > b },
  ...{ '<=': (a, b) => a <= b, le: (a, b) => a <= b, '>=': (a, b) => a >= b, ge: (a, b) => a >= b },
};

function portTest(isSource: boolean, words: string[]): Test {
  const compare = COMPARE[words[0] ?? ''] ?? COMPARE['='];
  if (COMPARE[words[0] ?? '']) words.shift();
  const wanted = servicePort((words.shift() ?? '').replace(/^.*:/, ''));
  if (wanted === undefined || !compare) throw new SyntaxFailure();
  return ({ port, peer }) => compare(isSource ? port : (peer?.port ?? 0), wanted);
}

function hostTest(isSource: boolean, words: string[]): Test {
  if (['=', '=='].includes(words[0] ?? '')) words.shift();
  const [, host = '', port] = /^\[?([^\]:]*(?:::[^\]]*)?)\]?(?::(.+))?$/.exec(words.shift() ?? '') ?? [];
  const wanted = port === undefined ? undefined : servicePort(port);
  if ((host === '' && port === undefined) || (port !== undefined && wanted === undefined))
    throw new SyntaxFailure();
  return (socket) => {
    const end = isSource ? socket : socket.peer;
    if (!end || (wanted !== undefined && end.port !== wanted)) return false;
    return host === '' || host === '*' || end.address === host || isWithin(end.address, host);
  };
}
