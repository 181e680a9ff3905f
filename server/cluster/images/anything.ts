import type { Main } from '../../host/index.ts';
import { debianBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';
import { untilSignal } from './serve.ts';

/** Runs and says nothing. */
const daemon: Main = function* (context) {
  yield* untilSignal(context);
  return 0;
};

/** What an image of an unknown name does in clusters that have every image: it runs for ever. */
export const ANYTHING: ImageFamily = {
  repository: 'anything',
  tags: [],
  sizeBytes: 72_000_000,
  config: () => ({ entrypoint: ['/usr/local/bin/daemon'], env: { PATH } }),
  files(into) {
    debianBase(into, 'debian', '12 bookworm');
    into.install('/usr/local/bin/daemon', 'daemon');
    for (const name of ['perl', 'python', 'python3', 'node', 'java'])
      into.install(`/usr/local/bin/${name}`, 'daemon');
  },
  programs: [{ name: 'daemon', main: daemon }],
};
