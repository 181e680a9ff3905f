import { isWithin } from '../../../host/index.ts';

/** What of a packet a filter may ask about. */
export interface PacketHead {
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp';
  readonly source: { readonly address: string; readonly port: number };
  readonly target: { readonly address: string; readonly port: number };
}

export type PacketFilter = (packet: PacketHead) => boolean;

/** What stands for a name in a filter. */
export interface Names {
  readonly address: (name: string) => string | undefined;
  readonly port: (name: string) => number | undefined;
}

export class FilterError extends Error {
  override name = 'FilterError';
}

/** Reads a filter of pcap: hosts, nets, ports, protocols, directions. Models pcap-filter(7). Throws FilterError. */
export function packetFilter(words: readonly string[], names: Names): PacketFilter {
  const tokens = words
    .join(' ')
    .replace(/[()]/g, ' $& ')
    .replace(/&&/g, ' and ')
    .replace(/\|\|/g, ' or ')
    .replace(/!(?!=)/g, ' not ')
    .split(/\s+/)
    .filter(Boolean);
  if (tokens.length === 0) return () => true;
  const parser = new FilterParser(tokens, names);
  return parser.read();
}

const PROTOCOLS = new Set(['tcp', 'udp', 'sctp', 'icmp']);
const KINDS = new Set(['host', 'net', 'port', 'portrange']);
const MAX_DEPTH = 100;

class FilterParser {
  readonly #tokens: readonly string[];
  readonly #names: Names;
  #at = 0;
  #depth = 0;
  /** What the last primitive was about, for one that is only a value: `port 80 or 443`. */
  #kind = 'host';
  #direction = 'either';

  constructor(tokens: readonly string[], names: Names) {
    this.#tokens = tokens;
    this.#names = names;
  }

  read(): PacketFilter {
    const filter = this.#either();
    if (this.#at < this.#tokens.length) throw new FilterError('syntax error');
    return filter;
  }

  #take(word: string): boolean {
    if (this.#tokens[this.#at] !== word) return false;
    this.#at++;
    return true;
  }

  #either(): PacketFilter {
    let left = this.#both();
    while (this.#take('or')) {
      const [first, second] = [left, this.#both()];
      left = (packet) => first(packet) || second(packet);
    }
    return left;
  }

  #both(): PacketFilter {
    let left = this.#negated();
    while (this.#take('and')) {
      const [first, second] = [left, this.#negated()];
      left = (packet) => first(packet) && second(packet);
    }
    return left;
  }

  #negated(): PacketFilter {
    if (++this.#depth > MAX_DEPTH) throw new FilterError('syntax error');
    try {
      if (this.#take('not')) {
        const inner = this.#negated();
        return (packet) => !inner(packet);
      }
      if (!this.#take('(')) return this.#primitive();
      const inner = this.#either();
      if (!this.#take(')')) throw new FilterError('syntax error');
      return inner;
    } finally {
      this.#depth--;
    }
  }

  #primitive(): PacketFilter {
    const protocol = this.#next(PROTOCOLS);
    const isIp = protocol === undefined && (this.#take('ip') || this.#take('ip6') || this.#take('arp'));
    const family = isIp ? this.#tokens[this.#at - 1] : undefined;
    const direction = this.#directionWord();
    const kind = this.#next(KINDS);
    const ofProtocol = (packet: PacketHead) =>
      (protocol === undefined || packet.protocol === protocol) && (family === undefined || family === 'ip');
    if (kind === undefined && direction === undefined && (protocol !== undefined || isIp)) return ofProtocol;
    if (direction !== undefined || kind !== undefined) {
      this.#direction = direction ?? 'either';
      this.#kind = kind ?? 'host';
    }
    const value = this.#tokens[this.#at++];
    if (value?.includes('[')) throw new FilterError(`${value}: bytes of packets are not simulated here`);
    if (value === undefined || /^(and|or|not|[()])$/.test(value)) throw new FilterError('syntax error');
    const test = this.#ends(value);
    const way = this.#direction;
    return (packet) =>
      ofProtocol(packet) &&
      ((way !== 'dst' && test(packet.source)) || (way !== 'src' && test(packet.target)));
  }

  #directionWord(): string | undefined {
    const word = this.#next(new Set(['src', 'dst']));
    if (word === undefined) return undefined;
    const joined = this.#tokens.slice(this.#at, this.#at + 2).join(' ');
    if (!/^(or|and) (src|dst)$/.test(joined)) return word;
    this.#at += 2;
    return 'either';
  }

  #next(words: ReadonlySet<string>): string | undefined {
    const word = this.#tokens[this.#at];
    if (word === undefined || !words.has(word)) return undefined;
    this.#at++;
    return word;
  }

  #ends(value: string): (end: { readonly address: string; readonly port: number }) => boolean {
    switch (this.#kind) {
      case 'port': {
        const port = this.#port(value);
        return (end) => end.port === port;
      }
      case 'portrange': {
        const [low = 0, high = low] = value.split('-').map((text) => this.#port(text));
        return (end) => low <= end.port && end.port <= high;
      }
      case 'net':
        if (!/^[\d.]+(\/\d+)?$/.test(value)) throw new FilterError(`unknown network '${value}'`);
        return (end) => isWithin(end.address, value.includes('/') ? value : `${value}/32`);
      default: {
        const address = this.#names.address(value);
        if (address === undefined) throw new FilterError(`unknown host '${value}'`);
        return (end) => end.address === address;
      }
    }
  }

  #port(text: string): number {
    const port = /^\d+$/.test(text) ? Number(text) : this.#names.port(text);
    if (port === undefined) throw new FilterError(`unknown port '${text}'`);
    if (port > 65_535) throw new FilterError(`illegal port number ${port} > 65535`);
    return port;
  }
}
