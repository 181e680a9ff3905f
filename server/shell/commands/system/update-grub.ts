import { GRUB_CONFIG, KERNEL } from '../../../host/index.ts';
import { tool } from '../core/tool.ts';

const SETTINGS = '/etc/default/grub';

/** Models grub-mkconfig: the options of the settings stand behind the kernel, from the next boot on. */
export const updateGrub = tool({
  name: 'update-grub',
  paths: ['/usr/sbin/update-grub'],
  summary: 'stub for grub-mkconfig',
  usage: '',
  version: 'grub-mkconfig (GRUB) 2.12-1ubuntu7.1',
  options: '',
  *run(call) {
    const { fs, credentials } = call.context;
    if (credentials.uid !== 0) {
      yield* call.context.err('grub-mkconfig: You must run this as root\n');
      return 1;
    }
    const settings = fs.isFile(SETTINGS) ? fs.read(SETTINGS) : '';
    const values = ['GRUB_CMDLINE_LINUX', 'GRUB_CMDLINE_LINUX_DEFAULT'].map(
      (name) => new RegExp(`^\\s*${name}=(["']?)(.*?)\\1\\s*$`, 'm').exec(settings)?.[2] ?? '',
    );
    const { release } = KERNEL;
    const options = values.filter((value) => value !== '').join(' ');
    fs.mkdirAll(GRUB_CONFIG.slice(0, GRUB_CONFIG.lastIndexOf('/')));
    fs.write(
      GRUB_CONFIG,
      `menuentry 'Ubuntu' {\n\tlinux\t/vmlinuz-${release} root=/dev/vda1 ro ${options}\n\tinitrd\t/initrd.img-${release}\n}\n`,
      0o600,
    );
    yield* call.context.err(
      [
        `Sourcing file \`${SETTINGS}'`,
        'Generating grub configuration file ...',
        `Found linux image: /boot/vmlinuz-${release}`,
        `Found initrd image: /boot/initrd.img-${release}`,
        'Warning: os-prober will not be executed to detect other bootable partitions.',
        'Systems on them will not be added to the GRUB boot configuration.',
        'Check GRUB_DISABLE_OS_PROBER documentation entry.',
        'done',
        '',
      ].join('\n'),
    );
    return 0;
  },
});
