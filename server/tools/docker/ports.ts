import type { Context, Listener } from '../../host/index.ts';
import { isSystemError } from '../../host/index.ts';
import type { Process } from '../../sim/index.ts';
import { type EngineContainer, EngineError, type PublishedPort } from './model.ts';

interface Forward {
  readonly port: PublishedPort;
  readonly address: string;
  readonly stop: () => void;
  readonly proxy: Process;
}

/** Published ports: rules that lead connections to containers, and a docker-proxy each that holds the port. */
export class PortForwards {
  readonly #context: Context;
  readonly #forwards = new Map<string, Forward[]>();

  constructor(context: Context) {
    this.#context = context;
    context.network.translations.set('docker', ({ address, port, protocol }) => {
      const own = address.startsWith('127.') || context.network.has(address);
      if (!own) return undefined;
      for (const forward of [...this.#forwards.values()].flat()) {
        const { hostIp, hostPort, containerPort } = forward.port;
        const meant = hostPort === port && forward.port.protocol === protocol.toLowerCase();
        if (meant && (hostIp === '0.0.0.0' || hostIp === address))
          return { address: forward.address, port: containerPort };
      }
      return undefined;
    });
  }

  /** Publishes a container's ports. Throws EngineError when one is taken. */
  open({ id, spec }: EngineContainer, address: string): void {
    const forwards: Forward[] = [];
    this.#forwards.set(id, forwards);
    for (const port of spec.ports) forwards.push(this.#forward(spec.name, id, port, address));
  }

  close(id: string): void {
    for (const { stop, proxy } of this.#forwards.get(id) ?? []) {
      stop();
      proxy.signal('KILL');
    }
    this.#forwards.delete(id);
  }

  closeAll(): void {
    for (const id of [...this.#forwards.keys()]) this.close(id);
    this.#context.network.translations.delete('docker');
  }

  #forward(name: string, id: string, port: PublishedPort, address: string): Forward {
    const context = this.#context;
    const proxy = context.fork(
      function* () {
        for (;;) yield {};
      },
      {
        args: [
          '/usr/bin/docker-proxy',
          '-proto',
          port.protocol,
          '-host-ip',
          port.hostIp,
          '-host-port',
          String(port.hostPort),
          '-container-ip',
          address,
          '-container-port',
          String(port.containerPort),
        ],
        process: { newSession: true },
      },
    );
    const listener: Listener = {
      protocol: port.protocol === 'udp' ? 'UDP' : 'TCP',
      address: port.hostIp,
      port: port.hostPort,
      pid: proxy.pid,
    };
    try {
      return { port, address, proxy, stop: context.network.listen(listener) };
    } catch (error) {
      proxy.signal('KILL');
      if (!isSystemError(error)) throw error;
      throw new EngineError(
        `failed to set up container networking: driver failed programming external connectivity on endpoint ${name} (${id}): ${error.code === 'EADDRINUSE' ? `Bind for ${port.hostIp}:${port.hostPort} failed: port is already allocated` : error.message}`,
      );
    }
  }
}
