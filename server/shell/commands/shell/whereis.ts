import { type Call, tool } from '../core/tool.ts';

/** Where each kind of file is looked for, in this order. Models util-linux misc-utils/whereis.c */
const PLACES: readonly { readonly option: string; readonly directories: readonly string[] }[] = [
  {
    option: 'b',
    directories: ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/usr/lib', '/etc', '/opt'],
  },
  {
    option: 'm',
    directories: ['1', '5', '7', '8'].map((section) => `/usr/share/man/man${section}`),
  },
  { option: 's', directories: ['/usr/src'] },
];

/** The file's name without directory, manual section, compression and ending. */
function stemOf(name: string): string {
  const file = name.slice(name.lastIndexOf('/') + 1).replace(/\.(?:gz|xz|bz2|Z|zst)$/, '');
  return file.replace(/(?<=.)\.[^.]*$/, '');
}

function found(call: Call, name: string): string[] {
  const { fs } = call.context;
  const asked = PLACES.filter(({ option }) => call.options.has(option));
  const directories = (asked.length > 0 ? asked : PLACES).flatMap((place) => place.directories);
  const stem = stemOf(name);
  return directories
    .filter((directory) => fs.isDirectory(directory))
    .flatMap((directory) =>
      fs
        .list(directory)
        .filter((file) => file === stem || stemOf(file) === stem)
        .map((file) => `${directory}/${file}`),
    );
}

export const whereis = tool({
  name: 'whereis',
  summary: 'locate the binary, source, and manual page files for a command',
  usage: '[options] [-BMS <dir>... -f] <name>',
  options: 'b m s',
  *run(call) {
    if (call.operands.length === 0) call.misuse('not enough arguments');
    for (const name of call.operands)
      yield* call.print(`${[`${name.slice(name.lastIndexOf('/') + 1)}:`, ...found(call, name)].join(' ')}\n`);
    return 0;
  },
});
