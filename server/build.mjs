// Builds what npm start and npx examlet run: `dist/main.js`, `dist/worker.js` and the browser's bundles in `dist/web`.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { buildSchema } from './cluster/kinds/schema/build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Compiles everything into `dist`. */
export async function build() {
  buildSchema();
  const entries = { main: 'server/main.ts', worker: 'server/worker.ts' };
  const entryPoints = Object.fromEntries(
    Object.entries(entries).filter(([, file]) => existsSync(join(root, file))),
  );
  if (Object.keys(entryPoints).length === 0) return;
  const built = await esbuild.build({
    absWorkingDir: root,
    entryPoints,
    outdir: 'dist',
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    splitting: true,
    // The package's build for Node asks for an environment variable at every token.
    alias: { yaml: fileURLToPath(new URL('../browser/index.js', import.meta.resolve('yaml'))) },
    external: ['better-sqlite3', 'ejs', 'express', 'marked', 'ws'],
    banner: { js: REQUIRE },
    plugins: [parsedJson],
    // Less to read at every start; names stay, for the sake of traces.
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  removeOthers(join(root, 'dist'), built);
  await buildWeb();
}

/** What packages of the older module system ask for. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** JSON as text that is parsed: several times as fast as the same as a program. */
const parsedJson = {
  name: 'parsed-json',
  setup(build) {
    build.onLoad({ filter: /\.json$/ }, ({ path }) => {
      const text = JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
      return { contents: `export default JSON.parse(${JSON.stringify(text)});` };
    });
  },
};

/** Removes what earlier builds left in `folder`: the names of the parts change with their content. */
function removeOthers(folder, { metafile }) {
  const made = new Set(Object.keys(metafile.outputs).map((path) => resolve(root, path)));
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile() && !made.has(path)) rmSync(path, { force: true });
  }
}

/** The scripts and styles of the pages. */
export async function buildWeb() {
  const pages = join(root, 'web', 'pages');
  if (!existsSync(pages)) return;
  const scripts = readdirSync(pages).filter((page) => existsSync(join(pages, page, 'page.client.ts')));
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: {
      main: 'web/styles/main.css',
      ...Object.fromEntries(scripts.map((page) => [page, `web/pages/${page}/page.client.ts`])),
    },
    outdir: 'dist/web',
    bundle: true,
    minify: true,
    platform: 'browser',
    target: ['chrome123', 'firefox121', 'safari17.5'],
    format: 'esm',
    splitting: true,
    chunkNames: 'parts/[name]-[hash]',
    logLevel: 'warning',
  });
  // Runs before anything is painted, so it is no module.
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: { theme: 'web/parts/theme.client.ts' },
    outdir: 'dist/web',
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    logLevel: 'warning',
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await build();
