import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { worldBuilder } from './cli/builder.ts';
import { loadCatalog } from './exam/catalog.ts';
import type { ToWorker } from './exam/worlds/protocol.ts';
import { WorldServer } from './exam/worlds/world-server.ts';
import { serveKubernetes } from './http/kubernetes-endpoint.ts';
import { openDatabase } from './records/schema.ts';
import { SqliteWorlds } from './records/worlds.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const labs = join(root, 'labs');
const { database } = workerData as { database: string };

const server = new WorldServer(
  {
    builder: worldBuilder,
    labsDirectory: labs,
    catalog: loadCatalog(labs),
    records: new SqliteWorlds(openDatabase(database)),
    // The names of the parts that the build makes carry hashes of their content.
    buildId: createHash('sha256')
      .update(readFileSync(fileURLToPath(import.meta.url)))
      .digest('hex')
      .slice(0, 12),
    nowMs: () => Date.now(),
    serveApi: serveKubernetes,
  },
  (message) => parentPort?.postMessage(message),
);

parentPort?.on('message', (message: ToWorker) => server.receive(message));
