import { WaitQueue } from '../../sim/index.ts';
import type { Log } from './log.ts';

/** What an etcd process offers on its client port: the object behind `Listener.service`. */
export interface EtcdService {
  readonly log: Log;
  /** False once the process has ended; whoever holds the service must connect again. */
  readonly alive: boolean;
  readonly ended: WaitQueue;
  readonly name: string;
  /** Hexadecimal, as etcdctl shows it. */
  readonly memberId: string;
  readonly clusterId: string;
  readonly version: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  /** Keeps the log as it is now and returns the id it is kept under. */
  snapshot(): string;
}

/** The service of one running etcd. */
export class RunningEtcd implements EtcdService {
  readonly ended = new WaitQueue();
  readonly log: Log;
  readonly name: string;
  readonly memberId: string;
  readonly clusterId: string;
  readonly version = '3.5.21';
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly snapshot: () => string;
  #alive = true;

  constructor(parts: Omit<EtcdService, 'alive' | 'ended' | 'version'>) {
    this.log = parts.log;
    this.name = parts.name;
    this.memberId = parts.memberId;
    this.clusterId = parts.clusterId;
    this.peerUrls = parts.peerUrls;
    this.clientUrls = parts.clientUrls;
    this.snapshot = parts.snapshot;
  }

  get alive(): boolean {
    return this.#alive;
  }

  end(): void {
    this.#alive = false;
    this.ended.notify();
  }
}

export function isEtcdService(service: unknown): service is EtcdService {
  return typeof service === 'object' && service !== null && 'log' in service && 'memberId' in service;
}
