import type { WaitQueue } from '../../sim/index.ts';
import type { Duplex, HttpHandler } from './http.ts';
import type { NetworkNamespace } from './namespace.ts';
import type { TlsServer } from './tls.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** One side of a TCP connection, as text in both directions. */
export interface Stream {
  readonly readable: WaitQueue;
  read(limit: number): string | undefined;
  write(text: string): number;
  readonly writable: WaitQueue;
  /** No more will be written from this side. */
  end(): void;
  close(): void;
}

/** Who answers on an address and port. At least one of `http`, `accept`, `service`. */
export interface Listener {
  readonly protocol: Protocol;
  /** `0.0.0.0` and `::` listen on every address of the namespace. */
  readonly address: string;
  readonly port: number;
  /** The process, as `ss -p` shows it. */
  readonly pid: number;
  /** Further processes that hold the socket: the workers that a server forked. */
  readonly holders?: ReadonlySet<number>;
  /** The only device that it hears. */
  readonly device?: string;
  /** How many connections may wait to be accepted. Default: the kernel's 4096. */
  readonly backlog?: number;
  /** A socket on `::` that leaves IPv4 to another one, as nginx opens two. */
  readonly v6only?: boolean;
  readonly http?: HttpHandler;
  /** Takes a raw connection. */
  readonly accept?: (stream: Stream, peer: { address: string; port: number }) => void;
  /** An object that the client talks to directly, for protocols that are not text here (etcd, CRI, DNS). */
  readonly service?: unknown;
  /** What it answers to grpc.health.v1: the state of a service, undefined when it knows none of that name. */
  readonly grpcHealth?: (service: string) => 'SERVING' | 'NOT_SERVING' | undefined;
  readonly tls?: TlsServer;
}

export type ConnectFailure = 'refused' | 'timeout' | 'unreachable' | 'no-route';

/** Where a connection ends up, after service translation, routes and policies. */
export type Connected =
  | {
      readonly ok: true;
      readonly listener: Listener;
      readonly from: string;
      readonly to: string;
      readonly port: number;
    }
  | {
      readonly ok: false;
      readonly failure: ConnectFailure;
      readonly why: string;
      /** Where nobody listens, after service translation. */
      readonly at?: { readonly address: string; readonly port: number };
    };

export interface Interface {
  name: string;
  readonly mac: string;
  /** With prefix length: `172.30.1.2/24`. */
  addresses: string[];
  up: boolean;
  mtu: number;
  /** The other end of a veth pair, as `ip` shows it (`eth0@if12`). */
  peer?: string;
  /** Where that end is, when it has another network stack. */
  peerNamespace?: string;
  /** The stack of the pod that a cable leads to. */
  pod?: NetworkNamespace;
  kind?: 'veth' | 'bridge' | 'vxlan' | 'ipip' | 'dummy';
  /** The bridge it is a port of. */
  master?: string;
  /** Its number. Default: its place in the list, counted from 1. */
  index?: number;
  /** Somebody has made it: its addresses are known only to who hears its wire. */
  byHand?: true;
  /** The other end of a cable that somebody has laid. */
  cable?: { stack: NetworkNamespace; end: Interface };
}

export interface Route {
  /** CIDR, or `default`. */
  readonly to: string;
  readonly via?: string;
  readonly dev: string;
  /** The address that packets are sent from. */
  readonly src?: string;
  /** What `ip route` says of it at the end: `proto static`, `onlink`. */
  readonly attributes?: string;
}

export type { Duplex };
