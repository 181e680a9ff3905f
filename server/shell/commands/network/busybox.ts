import type { Command } from '../../command.ts';
import { BANNER } from '../core/applet.ts';

/** One binary that is many tools: `busybox NAME …` runs the applet of that name beside it. */
export const busybox: Command = {
  name: 'busybox',
  summary: 'the Swiss Army Knife of embedded Linux',
  *main(context) {
    const [, name, ...rest] = context.args;
    const folder =
      context.fs.isFile('/bin/wget') || !context.fs.exists('/usr/bin/wget') ? '/bin' : '/usr/bin';
    const applets = () =>
      context.fs
        .list(folder)
        .filter((one) => one !== 'busybox')
        .sort();
    if (name === undefined || name === '--help') {
      yield* context.out(
        `${BANNER}\nUsage: busybox [function [arguments]...]\n   or: busybox --list[-full]\n\nCurrently defined functions:\n${wrapped(applets())}`,
      );
      return 0;
    }
    if (name === '--list') {
      yield* context.out(`${applets().join('\n')}\n`);
      return 0;
    }
    if (!applets().includes(name)) {
      yield* context.err(`${name}: applet not found\n`);
      return 127;
    }
    return yield* context.exec(`${folder}/${name}`, [name, ...rest]);
  },
};

/** Names in lines of seventy columns, as busybox lists its functions. */
function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  for (const [i, name] of names.entries()) {
    const word = i === names.length - 1 ? name : `${name}, `;
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > 71) lines.push(word);
    else lines[lines.length - 1] = last + word;
  }
  return lines.map((line) => `\t${line.trimEnd()}\n`).join('');
}
