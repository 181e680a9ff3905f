import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import type { SiteOptions } from './site.ts';
import { serveTerminals } from './terminal-socket.ts';

/** How long a world stays in memory when nobody looks at it. */
const SLEEP_AFTER_MS = 10 * 60_000;

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on `host:port`; port 0 takes any that is free. */
export async function serve(options: SiteOptions, host: string, port: number): Promise<Served> {
  const server = createServer(createApp(options));
  const closeTerminals = serveTerminals(server, options);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const tuckIn = sleepUnwatched(options);
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        clearInterval(tuckIn);
        closeTerminals();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Puts worlds to sleep that no browser has looked at for a while. */
function sleepUnwatched({ worlds, relays }: SiteOptions): NodeJS.Timeout {
  const lastSeen = new Map<string, number>();
  return setInterval(() => {
    const now = performance.now();
    for (const world of worlds.openWorlds()) {
      if (relays.isWatched(world) || !lastSeen.has(world)) lastSeen.set(world, now);
      else if (now - (lastSeen.get(world) as number) > SLEEP_AFTER_MS) {
        lastSeen.delete(world);
        relays.forget(world);
        void worlds.sleep(world);
      }
    }
  }, 30_000).unref();
}
