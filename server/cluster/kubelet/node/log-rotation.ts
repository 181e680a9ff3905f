import { gzipSync } from 'node:zlib';
import { decode, encode } from '../../../host/index.ts';
import { type Steps, sleep, waitOn } from '../../../sim/index.ts';
import type { KubeletCore } from '../core.ts';

/** Puts the logs of containers aside when they get long. Models pkg/kubelet/logs/container_log_manager.go. */
export class LogRotation {
  readonly #core: KubeletCore;

  constructor(core: KubeletCore) {
    this.#core = core;
  }

  *watch(): Steps<void> {
    const { clock } = this.#core;
    const { maxBytes, monitorMs } = this.#core.options.settings.containerLogs;
    if (maxBytes < 0) return;
    const start = clock.now;
    for (;;) {
      const runtime = this.#core.findRuntime();
      if (runtime) runtime.logs.limit = maxBytes;
      this.#rotateLong(maxBytes);
      yield* waitOn([runtime?.logs.full ?? this.#core.wake]);
      yield* sleep(clock, monitorMs - ((clock.now - start) % monitorMs));
    }
  }

  #rotateLong(maxBytes: number): void {
    const runtime = this.#core.findRuntime();
    const { fs } = this.#core.host.init;
    for (const { id, state, logPath } of runtime?.containers() ?? []) {
      if (state !== 'running' || (fs.tryStat(logPath)?.size ?? 0) < maxBytes) continue;
      this.#rotate(logPath);
      runtime?.reopenContainerLog(id);
    }
  }

  /** The one that was put aside before is compressed; of the oldest, as many go as are too many. */
  #rotate(path: string): void {
    const { host, clock, options } = this.#core;
    const { fs } = host.init;
    const directory = path.slice(0, path.lastIndexOf('/'));
    const name = path.slice(directory.length + 1);
    const aside = () =>
      fs
        .list(directory)
        .filter((one) => one.startsWith(`${name}.`))
        .sort();
    const most = options.settings.containerLogs.maxFiles - 2;
    for (const old of aside().slice(0, Math.max(0, aside().length - most)))
      fs.removeAll(`${directory}/${old}`);
    for (const old of aside().filter((one) => !one.endsWith('.gz'))) {
      const packed = gzipSync(encode(fs.read(`${directory}/${old}`)));
      fs.write(`${directory}/${old}.gz`, decode(packed), 0o644);
      fs.removeAll(`${directory}/${old}`);
    }
    const [date = '', time = ''] = new Date(clock.now).toISOString().split('T');
    fs.rename(path, `${path}.${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`);
  }
}
