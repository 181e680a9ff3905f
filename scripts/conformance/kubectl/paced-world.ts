import { setTimeout } from 'node:timers/promises';
import { ApiBridge, endpointCertificates, endpointKubeconfig } from '../../../server/exam/api-bridge.ts';
import { controlPlane } from '../../../server/exam/api-reader.ts';
import { Pace, type Paced } from '../../../server/exam/pace.ts';
import { startShell, userOf } from '../../../server/exam/shell.ts';
import type { World } from '../../../server/exam/world.ts';
import { FunctionFile, httpRequest } from '../../../server/host/index.ts';
import { serveKubernetes } from '../../../server/http/kubernetes-endpoint.ts';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  /** Seconds of the wall clock. */
  readonly seconds: number;
}

/** All worlds follow one wall clock. */
const pace = new Pace();

/** A world in the time of the wall clock, in which our kubectl is run. */
export class PacedWorld {
  readonly world: World;
  readonly paced: Paced;
  #close: () => Promise<void> = async () => {};

  constructor(world: World) {
    this.world = world;
    this.paced = { clock: world.clock, flush: () => {} };
    pace.add(this.paced);
  }

  get #host() {
    return this.world.host(this.world.topology.candidate.host);
  }

  /** Serves the API to programs of this machine. Returns the port, which is free inside the world too. */
  async serve(): Promise<number> {
    const { ca, serving } = endpointCertificates(this.world, this.world.clock.now);
    const bridge = new ApiBridge(this.world, pace, this.paced);
    for (;;) {
      const endpoint = await serveKubernetes({ bridge, ca, ...serving, port: 0 });
      const port = Number(new URL(endpoint.url).port);
      if ([...this.#host.network.listeners].some((listener) => listener.port === port)) {
        await endpoint.close();
        continue;
      }
      this.#close = () => endpoint.close();
      return port;
    }
  }

  /** One request of an administrator. */
  request(method: string, path: string, body: unknown): { status: number; text: string } {
    const { admin } = endpointCertificates(this.world, this.world.clock.now);
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const bridge = new ApiBridge(this.world, pace, this.paced);
    const response = bridge.send({
      method,
      path,
      headers: { 'content-type': type, accept: 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
      certificates: [admin.certificate],
    });
    return { status: response.status, text: Buffer.from(bridge.body(response)).toString() };
  }

  /** Lets the API server answer on a port of the loopback inside too. Returns a kubeconfig that fits in both places. */
  listen(port: number): string {
    const { ca, serving, admin } = endpointCertificates(this.world, this.world.clock.now);
    const address = controlPlane(this.world).network.primaryAddress() as string;
    const { network } = this.#host;
    network.listen({
      protocol: 'TCP',
      address: '127.0.0.1',
      port,
      pid: 1,
      tls: { certificates: serving.certificate, clientCa: ca },
      http: ({ peer, ...request }) =>
        httpRequest(network, { address, port: 6443, certificates: peer?.certificates ?? [] }, request),
    });
    return endpointKubeconfig(`https://127.0.0.1:${port}`, ca, admin);
  }

  /** Runs a script by the world's bash. */
  run(script: string): Promise<Ran> {
    const started = performance.now();
    const output = { stdout: '', stderr: '' };
    const sink = (name: 'stdout' | 'stderr') =>
      new FunctionFile('pipe:[1]', {
        write: (text) => {
          output[name] += text;
          return text.length;
        },
      });
    pace.nudge(this.paced);
    const process = startShell({
      host: this.#host,
      user: userOf(this.#host, 'root'),
      cwd: '/root',
      args: ['bash', '-c', script],
      fds: new Map([
        [0, new FunctionFile('/dev/null', {})],
        [1, sink('stdout')],
        [2, sink('stderr')],
      ]),
    });
    return new Promise((resolve) => {
      process.onExit.push(() => {
        const seconds = (performance.now() - started) / 1000;
        resolve({ ...output, exit: process.status?.code ?? 128, seconds });
      });
    });
  }

  /** Writes a file onto the disk of the candidate's host. */
  write(path: string, text: string): void {
    const { fs } = this.#host.init;
    fs.mkdirAll(path.replace(/\/[^/]*$/, ''), 0o755);
    fs.write(path, text);
  }

  /** Lets so much virtual time pass, which lags behind the wall's when the machine is busy. */
  async sleep(seconds: number): Promise<void> {
    const { clock } = this.world;
    const end = clock.now + seconds * 1000;
    while (clock.now < end) {
      await setTimeout(Math.max(1, end - clock.now));
      pace.nudge(this.paced);
    }
  }

  /** Ends what `serve` began. */
  async stopServing(): Promise<void> {
    await this.#close();
    this.#close = async () => {};
  }

  async close(): Promise<void> {
    await this.stopServing();
    pace.remove(this.paced);
    this.world.close();
  }
}
