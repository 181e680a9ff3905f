import type { Files } from './files/files.ts';
import type { Host } from './host.ts';
import { KERNEL } from './proc/kernel.ts';

/** What the boot loader starts, made by `update-grub`; without it, the kernel that was installed. */
export const GRUB_CONFIG = '/boot/grub/grub.cfg';
/** The options of the kernel that runs. */
const BOOTED_WITH = '/run/systemd/booted-with';
const DEFAULT_OPTIONS = 'console=tty1 console=ttyS0';

/** At boot: the options that the boot loader hands over. */
export function keepKernelOptions(fs: Files): void {
  const [, options] = fs.isFile(GRUB_CONFIG)
    ? (/^\s*linux\s+\S+ root=\S+ ro *(.*)$/m.exec(fs.read(GRUB_CONFIG)) ?? [])
    : [];
  if (options !== undefined) fs.write(BOOTED_WITH, options);
}

export function kernelCommandLine({ init: { fs } }: Host): string {
  const options = fs.isFile(BOOTED_WITH) ? fs.read(BOOTED_WITH) : DEFAULT_OPTIONS;
  return `BOOT_IMAGE=/vmlinuz-${KERNEL.release} root=/dev/vda1 ro ${options}`.trimEnd();
}
