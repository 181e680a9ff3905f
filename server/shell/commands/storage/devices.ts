import { tool } from '../core/tool.ts';
import { type Cell, type DeviceRow, jsonTree, pairs } from './lsblk-forms.ts';
import { mountsOf } from './mount.ts';

/** The disks of every host. */
function disks(
  rootBytes: number,
): readonly (readonly [name: string, numbers: string, bytes: number, type: string])[] {
  return [
    ['vda', '252:0', rootBytes, 'disk'],
    ['vda1', '252:1', rootBytes - 1024 ** 2, 'part'],
    ['vdb', '252:16', 10 * 1024 ** 3, 'disk'],
  ];
}

function sizeText(bytes: number): string {
  const gib = bytes / 1024 ** 3;
  return `${gib >= 10 ? Math.round(gib) : Number(gib.toFixed(1))}G`;
}

/** What the root disk says of itself; how much may really be written is the world's limit. */
const ROOT_BYTES = 20 * 1024 ** 3;
const ROOT_UUID = '4f7a1c9e-3d52-4b86-9a0f-6e2c8d1b5a73';

/** What the options show instead of the usual columns. */
const COLUMNS: Readonly<Record<string, string>> = {
  f: 'NAME,FSTYPE,FSVER,LABEL,UUID,FSAVAIL,FSUSE%,MOUNTPOINTS',
  m: 'NAME,SIZE,OWNER,GROUP,MODE',
  t: 'NAME,ALIGNMENT,MIN-IO,OPT-IO,PHY-SEC,LOG-SEC,ROTA,SCHED,RQ-SIZE,RA,WSAME',
};
const RIGHT = new Set(
  'RM SIZE RO FSAVAIL FSUSE% ALIGNMENT MIN-IO OPT-IO PHY-SEC LOG-SEC ROTA RQ-SIZE RA WSAME'.split(' '),
);

export const lsblk = tool({
  name: 'lsblk',
  summary: 'list block devices',
  usage: '[options] [<device> ...]',
  version: 'util-linux 2.39.3',
  options:
    'a|all b|bytes d|nodeps f|fs i|ascii J|json l|list m|perms n|noheadings o|output= p|paths r|raw t|topology e|exclude= I|include= S|scsi P|pairs x|sort=',
  *run(call) {
    const { options, operands } = call;
    const rootBytes = ROOT_BYTES;
    const mounted = (name: string) =>
      mountsOf(call).find(({ source }) => source === `/dev/${name}`)?.path ?? '';
    const wanted = operands.map((name) => name.replace(/^\/dev\//, ''));
    const all = disks(rootBytes).filter(
      ([name]) => wanted.length === 0 || wanted.some((other) => name.startsWith(other)),
    );
    for (const name of wanted)
      if (!disks(rootBytes).some(([other]) => other === name))
        yield* call.warn(`${name.startsWith('/') ? name : `/dev/${name}`}: not a block device`, 32);
    const branch = (name: string, type: string) =>
      type === 'part' && !options.has('l', 'r', 'J', 'P')
        ? `└─${name}`
        : options.has('p')
          ? `/dev/${name}`
          : name;
    const usual = COLUMNS[options.last('f', 'm', 't') ?? ''] ?? 'NAME,MAJ:MIN,RM,SIZE,RO,TYPE,MOUNTPOINTS';
    const columns = (options.get('o') ?? usual).toUpperCase().split(',');
    const rows = all
      .filter(([, , , type]) => !options.has('d') || type === 'disk')
      .map(([name, numbers, bytes, type]) => {
        const values: Readonly<Record<string, string>> = {
          NAME: branch(name, type),
          KNAME: name,
          'MAJ:MIN': numbers,
          RM: '0',
          SIZE: options.has('b') ? String(bytes) : sizeText(bytes),
          RO: '0',
          TYPE: type,
          MOUNTPOINT: mounted(name),
          MOUNTPOINTS: mounted(name),
          FSTYPE: name === 'vda1' ? 'ext4' : '',
          FSVER: name === 'vda1' ? '1.0' : '',
          LABEL: '',
          UUID: name === 'vda1' ? ROOT_UUID : '',
          FSAVAIL: '',
          'FSUSE%': '',
          MODEL: '',
          OWNER: 'root',
          GROUP: 'disk',
          MODE: 'brw-rw----',
          ALIGNMENT: '0',
          'MIN-IO': '512',
          'OPT-IO': '0',
          'PHY-SEC': '512',
          'LOG-SEC': '512',
          ROTA: '1',
          SCHED: 'mq-deadline',
          'RQ-SIZE': '256',
          RA: '128',
          WSAME: '0B',
        };
        return columns.map((column) => values[column] ?? call.fail(`unknown column: ${column}`));
      });
    if (options.has('P')) {
      for (const row of rows) yield* call.print(pairs(columns, row));
      return undefined;
    }
    if (options.has('J')) {
      yield* call.print(jsonTree('blockdevices', nested(columns, rows, options.has('l', 'd'))));
      return undefined;
    }
    const lines = options.has('n') ? rows : [columns, ...rows];
    const widths = columns.map((_, i) => Math.max(...lines.map((row) => (row[i] ?? '').length)));
    for (const row of lines) {
      const cells = row.map((cell, i) =>
        RIGHT.has(columns[i] ?? '')
          ? cell.padStart(widths[i] ?? 0)
          : i === row.length - 1
            ? cell
            : cell.padEnd(widths[i] ?? 0),
      );
      yield* call.print(`${cells.join(' ')}\n`);
    }
    return undefined;
  },
});

/** Rows as JSON has them: parts below their disk, flags as such, numbers with `-b`. */
function nested(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  flat: boolean,
): DeviceRow[] {
  const name = columns.indexOf('NAME');
  const cellsOf = (row: readonly string[]) =>
    Object.fromEntries(
      columns.map((column, i): [string, Cell] => [column.toLowerCase(), jsonValue(column, row[i] ?? '')]),
    );
  const isPart = (row: readonly string[]) => !flat && /^vd[a-z]\d/.test(row[name] ?? '');
  return rows
    .filter((row) => !isPart(row) || rows.length === 1)
    .map((row) => ({
      cells: cellsOf(row),
      children: rows
        .filter(
          (other) =>
            other !== row && isPart(other) && (other[name] as string).startsWith(row[name] as string),
        )
        .map((other) => ({ cells: cellsOf(other), children: [] })),
    }));
}

function jsonValue(column: string, text: string): Cell {
  if (column === 'RM' || column === 'RO') return text === '1';
  if (column === 'MOUNTPOINTS') return [text === '' ? null : text];
  if (column === 'SIZE' && /^\d+$/.test(text)) return Number(text);
  return text === '' ? null : text;
}

export const blkid = tool({
  name: 'blkid',
  summary: 'locate/print block device attributes',
  usage: '[options] [<dev> ...]',
  version: 'util-linux 2.39.3',
  paths: ['/usr/sbin/blkid'],
  usageStatus: 4,
  options:
    'o|output= s|match-tag= U|uuid= L|label= p|probe i|info c|cache-file= g|garbage-collect k|list-filesystems',
  *run(call) {
    const { options, operands } = call;
    if (operands.length > 0 && !operands.includes('/dev/vda1')) return 2;
    const tag = options.get('s');
    const tags: readonly (readonly [string, string])[] = [
      ['UUID', ROOT_UUID],
      ['BLOCK_SIZE', '4096'],
      ['TYPE', 'ext4'],
      ['PARTUUID', '3c1d5e7f-01'],
    ];
    const chosen = tags.filter(([name]) => tag === undefined || name === tag);
    yield* call.print(
      options.get('o') === 'value'
        ? chosen.map(([, value]) => `${value}\n`).join('')
        : `/dev/vda1: ${chosen.map(([name, value]) => `${name}="${value}"`).join(' ')}\n`,
    );
    return 0;
  },
});
