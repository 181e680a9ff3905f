import type { Main } from '../../host/index.ts';
import { alpineBase, debianBase } from './bases/unix.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { variants } from './tags.ts';

/** Major releases and their last version. */
const MAJORS: Readonly<Record<string, string>> = {
  25: '25.1.0',
  24: '24.11.0',
  22: '22.21.1',
  20: '20.19.5',
  18: '18.20.8',
  16: '16.20.2',
  14: '14.21.3',
  12: '12.22.12',
  10: '10.24.1',
};

const VERSIONS = variants(
  new Map([
    ...Object.entries(MAJORS).flatMap(([major, version]): [string, string][] => [
      [major, version],
      [version.split('.').slice(0, 2).join('.'), version],
      [version, version],
    ]),
    ['lts', '24.11.0'],
    ['current', '25.1.0'],
  ]),
  '25.1.0',
  ['alpine', 'slim', 'bookworm', 'bookworm-slim'],
);

/** node: its version and one line of output; programs of the language are refused. */
const node: Main = function* (context) {
  const [first, second] = context.args.slice(1);
  const version = context.env.get('NODE_VERSION') ?? '25.1.0';
  if (first === '-v' || first === '--version') {
    yield* context.out(`v${version}\n`);
    return 0;
  }
  const [, , text] =
    /^\s*console\.log\((["'])([^"'\\]*)\1\);?\s*$/.exec(
      ['-e', '--eval'].includes(first ?? '') ? (second ?? '') : '',
    ) ?? [];
  if (text !== undefined) {
    yield* context.out(`${text}\n`);
    return 0;
  }
  if (first !== undefined && !first.startsWith('-') && !context.fs.isFile(first)) {
    const at = first.startsWith('/') ? first : `${context.cwd.replace(/\/$/, '')}/${first}`;
    yield* context.err(
      `node:internal/modules/cjs/loader:1215\n  throw err;\n  ^\n\nError: Cannot find module '${at}'\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1212:15) {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\n\nNode.js v${version}\n`,
    );
    return 1;
  }
  if (first === undefined && !context.isTerminal(0) && (yield* context.readAll(0)).trim() === '') return 0;
  yield* context.err('node: scripts are not simulated here, but for console.log of a text\n');
  return 1;
};

export const NODE: ImageFamily = {
  repository: 'node',
  tags: [...VERSIONS.keys()],
  sizeBytes: 390_000_000,
  footprint: { memoryBytes: 40 * MEBI, cores: 0.001 },
  config: (tag) => ({
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['node'],
    env: { PATH, NODE_VERSION: VERSIONS.get(tag) ?? '25.1.0' },
  }),
  files(into) {
    if (into.tag.includes('alpine')) alpineBase(into, '3.22.1');
    else debianBase(into, 'debian', '12 bookworm');
    into.install('/usr/local/bin/node', 'node-image');
    into.write(
      '/usr/local/bin/docker-entrypoint.sh',
      '#!/bin/sh\nset -e\ncase "$1" in -*|"") set -- node "$@" ;; esac\nexec "$@"\n',
      0o755,
    );
  },
  programs: [{ name: 'node-image', main: node }],
};
