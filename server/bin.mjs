#!/usr/bin/env node
// The `examlet` command: builds when the sources are newer than the last build, then runs it.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, 'dist', 'main.js');
const builder = join(root, 'server', 'build.mjs');
if (existsSync(builder)) {
  const { buildIfStale } = await import(pathToFileURL(builder).href);
  await buildIfStale();
}
// Where Node can, it keeps what it compiled for the next start.
module.enableCompileCache?.();
await import(pathToFileURL(main).href);
