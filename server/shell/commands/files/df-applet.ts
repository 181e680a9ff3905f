import type { Context } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';

type Mount = ReturnType<Context['mounts']['list']>[number];

/** busybox's df: columns of fixed width. */
export function* dfApplet(call: Call, mounts: readonly Mount[]): Steps<number> {
  const { options } = call;
  const human = options.has('h');
  const title = human ? '     Size' : options.has('m') ? '1M-blocks' : '1K-blocks';
  yield* call.print(
    `Filesystem           ${title.padEnd(15)}Used Available ${options.has('P') ? 'Capacity' : 'Use%'} Mounted on\n`,
  );
  const unit = options.has('m') ? 1024 ** 2 : 1024;
  const show = (bytes: number) => (human ? readable(bytes) : String(Math.ceil(bytes / unit))).padStart(9);
  for (const { source, path, fs } of mounts) {
    const { bytes, usedBytes } = fs.usage();
    const percent = bytes === 0 ? 0 : Math.ceil((100 * usedBytes) / bytes);
    const name = source.length > 20 ? `${source}\n${' '.repeat(20)}` : source.padEnd(20);
    yield* call.print(
      `${name} ${show(bytes)} ${show(usedBytes)} ${show(bytes - usedBytes)} ${String(percent).padStart(3)}% ${path}\n`,
    );
  }
  return call.status;
}

/** `58.4G`: one digit behind the point. Models libbb make_human_readable_str. */
function readable(bytes: number): string {
  const letters = ['', 'K', 'M', 'G', 'T'];
  let power = 0;
  let value = bytes;
  while (value >= 1024 && power < letters.length - 1) {
    value /= 1024;
    power++;
  }
  return power === 0 ? String(value) : `${value.toFixed(1)}${letters[power]}`;
}
