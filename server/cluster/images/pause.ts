import type { Main } from '../../host/index.ts';
import { mirrors } from './app.ts';
import { type ImageFamily, PATH } from './image.ts';
import { untilSignal } from './serve.ts';

const pause: Main = function* (context) {
  const signal = yield* untilSignal(context, ['TERM', 'INT']);
  yield* context.err(`Shutting down, got signal: ${signal === 'TERM' ? 'Terminated' : 'Interrupt'}\n`);
  return 0;
};

const PAUSE: ImageFamily = {
  repository: 'registry.k8s.io/pause',
  tags: [
    '3.10',
    '3.10.1',
    '3.9',
    '3.8',
    '3.7',
    '3.6',
    '3.5',
    '3.4.1',
    '3.3',
    '3.2',
    '3.1',
    '3.0',
    '2.0',
    'latest',
  ],
  sizeBytes: 320_368,
  config: () => ({ entrypoint: ['/pause'], env: { PATH }, user: '65535:65535' }),
  files: (into) => into.install('/pause', 'pause'),
  programs: [{ name: 'pause', main: pause }],
};

/** What a Dockerfile calls `scratch`: nothing at all, under a name that nobody asks a registry for. */
const SCRATCH: ImageFamily = {
  repository: 'scratch.invalid/nothing',
  tags: ['latest'],
  sizeBytes: 0,
  config: () => ({}),
  files: () => {},
};

export const PAUSES: readonly ImageFamily[] = [
  PAUSE,
  SCRATCH,
  ...mirrors(PAUSE, ['k8s.gcr.io/pause', 'gcr.io/google_containers/pause', 'gcr.io/google-containers/pause']),
];
