import { randomBytes } from 'node:crypto';
import { ApiBridge, endpointCertificates, endpointKubeconfig } from '../api-bridge.ts';
import type { Pace } from '../pace.ts';
import type { RunningWorld } from './running-world.ts';

export interface ApiServing {
  readonly bridge: ApiBridge;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly port: number;
  readonly bearer: { token: string; certificate: string };
}

/** Serves a world's API to clients outside, given by the composition root. */
export type ServeApi = (options: ApiServing) => Promise<{ url: string; close(): Promise<void> }>;

/** The door for a candidate's own tools into one running world: its address and its token end with the world. */
export class WorldEndpoint {
  readonly #running: RunningWorld;
  readonly #pace: Pace;
  readonly #serveApi: ServeApi;
  readonly #token = randomBytes(32).toString('base64url');
  #serving: Promise<{ url: string; ca: string; close(): Promise<void> }> | undefined;

  constructor(running: RunningWorld, pace: Pace, serveApi: ServeApi) {
    this.#running = running;
    this.#pace = pace;
    this.#serveApi = serveApi;
  }

  async kubeconfig(nowMs: number): Promise<string> {
    this.#serving ??= this.#serve(nowMs);
    // Asked again, it may work: the cluster's files can be mended.
    this.#serving.catch(() => {
      this.#serving = undefined;
    });
    const { url, ca } = await this.#serving;
    return endpointKubeconfig(url, ca, { token: this.#token });
  }

  close(): void {
    this.#serving?.then(
      (serving) => serving.close(),
      () => {},
    );
  }

  async #serve(nowMs: number) {
    const { ca, serving, admin } = endpointCertificates(this.#running.world, nowMs);
    const { url, close } = await this.#serveApi({
      bridge: new ApiBridge(this.#running.world, this.#pace, this.#running),
      ca,
      certificate: serving.certificate,
      key: serving.key,
      port: 0,
      bearer: { token: this.#token, certificate: admin.certificate },
    });
    return { url, ca, close };
  }
}
