import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Attempts } from '../exam/attempts.ts';
import { loadCatalog } from '../exam/catalog.ts';
import { type WorkerPort, Worlds } from '../exam/worlds/worlds.ts';
import { Relays } from '../http/relay.ts';
import { serve } from '../http/serve.ts';
import { SqliteAttempts } from '../records/attempts.ts';
import { openDatabase } from '../records/schema.ts';
import { flagInteger, flagValue, PORTS, parseArguments, UsageError } from './arguments.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Garbage is collected often and in small pieces: with Node's own sizes a collection takes longer than a keystroke may.
 */
export const WORKER_LIMITS = { maxYoungGenerationSizeMb: 12 };
const DEFAULT_PORT = 8080;

/** `examlet serve [--port N] [--host ADDRESS] [--data DIRECTORY] [--workers N]`: the product in a browser. */
export async function serveCommand(args: readonly string[], around: Surroundings): Promise<number> {
  const parsed = parseArguments(args, { values: ['port', 'host', 'data', 'workers'] });
  if (parsed.rest.length > 0) throw new UsageError(`serve takes no "${parsed.rest[0]}"`);
  const port = flagInteger(parsed, 'port', DEFAULT_PORT, PORTS);
  const count = flagInteger(parsed, 'workers', Math.max(1, availableParallelism()), { least: 1, most: 64 });
  const data = flagValue(parsed, 'data') ?? around.data;
  mkdirSync(data, { recursive: true });
  const file = join(data, 'examlet.db');
  const catalog = loadCatalog(around.labs);
  const database = openDatabase(file);
  const worlds = new Worlds(() => startWorker(around, file), count);
  const nowMs = () => Date.now();
  const attempts = new Attempts({
    catalog,
    records: new SqliteAttempts(database),
    worlds,
    nowMs,
    newId: () => randomBytes(12).toString('hex'),
  });
  attempts.resume();
  const relays = new Relays(worlds);
  const served = await serve(
    { catalog, attempts, worlds, relays, root: around.root, nowMs },
    flagValue(parsed, 'host') ?? '127.0.0.1',
    port,
  );
  around.out(`Examlet is at ${served.url}\n`);
  void prepareAll(worlds, [...catalog.labs.keys()], around);
  await around.interrupted();
  await served.close();
  attempts.close();
  worlds.close();
  database.close();
  return 0;
}

/** Boots what attempts are forked from, so that nobody waits for it. */
async function prepareAll(worlds: Worlds, labs: readonly string[], around: Surroundings): Promise<void> {
  for (const lab of labs) {
    try {
      await worlds.prepare(lab);
    } catch (error) {
      around.err(
        `examlet: lab ${lab} cannot be prepared: ${error instanceof Error ? error.message : error}\n`,
      );
    }
  }
}

function startWorker(around: Surroundings, database: string): WorkerPort {
  const worker = new Worker(join(around.root, 'dist', 'worker.js'), {
    workerData: { database },
    resourceLimits: WORKER_LIMITS,
  });
  worker.on('error', (error) => around.err(`examlet: a worker failed: ${error.stack ?? error.message}\n`));
  return {
    postMessage: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on('message', listener),
    onExit: (listener) => worker.on('exit', listener),
    terminate: () => void worker.terminate(),
  };
}
