// Compiles simulate.ts before it runs: that is a fifth faster than running the sources, and seeds are many.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { buildSchema } from '../server/cluster/kinds/schema/build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outfile = join(root, 'dist', 'simulate.js');
buildSchema();
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ['scripts/simulate.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
await import(pathToFileURL(outfile).href);
