import type { SyntheticNode } from './files/synthetic.ts';
import type { Host } from './host.ts';

const DIRECTORY = '/class/dmi/id';
/** Files that only root may read. */
const SECRET: ReadonlySet<string> = new Set([
  'board_serial',
  'chassis_serial',
  'product_serial',
  'product_uuid',
]);

/** The number of a machine, the same that its kubelet tells as `systemUUID`. */
export const systemUuid = (host: Host): string => host.random.fork('system-uuid').uuid();

/** What the firmware says of the machine, by the names of its files. */
export function firmwareOf(host: Host): Readonly<Record<string, string>> {
  return {
    bios_date: '04/01/2014',
    bios_release: '0.0',
    bios_vendor: 'SeaBIOS',
    bios_version: '1.16.3-debian-1.16.3-2',
    board_name: '',
    board_serial: '',
    board_vendor: '',
    chassis_serial: '',
    chassis_type: '1',
    chassis_vendor: 'QEMU',
    chassis_version: 'pc-i440fx-8.2',
    product_family: '',
    product_name: 'Standard PC (i440FX + PIIX, 1996)',
    product_serial: '',
    product_uuid: systemUuid(host),
    product_version: 'pc-i440fx-8.2',
    sys_vendor: 'QEMU',
  };
}

/** `/sys/class/dmi/id` and what is in it. */
export function dmiNode(host: Host, path: string): SyntheticNode | undefined {
  if (path === DIRECTORY) return { type: 'directory', names: () => Object.keys(firmwareOf(host)) };
  if (!path.startsWith(`${DIRECTORY}/`)) return undefined;
  const name = path.slice(DIRECTORY.length + 1);
  const text = firmwareOf(host)[name];
  if (text === undefined) return undefined;
  return { type: 'file', read: () => `${text}\n`, mode: SECRET.has(name) ? 0o400 : 0o444 };
}
