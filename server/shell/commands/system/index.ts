import type { Command } from '../../command.ts';
import { aaEnabled, aaStatus, apparmorParser } from './apparmor.ts';
import { chroot } from './chroot.ts';
import { hostnamectl } from './identity.ts';
import { journalctl } from './journalctl.ts';
import { dmesg, insmod, lsmod, modinfo, modprobe, modulesLoad, rmmod } from './kernel-modules.ts';
import { last, localectl, logger, loginctl, lsbRelease, lscpu } from './machine.ts';
import { nsenter } from './nsenter.ts';
import { POWER_COMMANDS } from './power.ts';
import { scp } from './scp.ts';
import { service } from './service.ts';
import { ssh } from './ssh.ts';
import { sshCopyId, sshKeygen } from './ssh-keygen.ts';
import { sshKeyscan } from './ssh-keyscan.ts';
import { runuser, su } from './su.ts';
import { sudo } from './sudo.ts';
import { sysctl, systemdSysctl } from './sysctl.ts';
import { systemctl } from './systemctl.ts';
import { systemdAnalyze, systemdDetectVirt } from './systemd-analyze.ts';
import { systemdCgls } from './systemd-cgls.ts';
import { timedatectl } from './timedatectl.ts';
import { updateGrub } from './update-grub.ts';
import { visudo } from './visudo.ts';

/** Services, the journal, and acting as another user or on another host. */
export const SYSTEM_COMMANDS: readonly Command[] = [
  aaEnabled,
  aaStatus,
  apparmorParser,
  chroot,
  dmesg,
  hostnamectl,
  insmod,
  journalctl,
  last,
  localectl,
  logger,
  loginctl,
  lsbRelease,
  lscpu,
  lsmod,
  modprobe,
  modulesLoad,
  nsenter,
  modinfo,
  rmmod,
  runuser,
  scp,
  service,
  ssh,
  sshCopyId,
  sshKeygen,
  sshKeyscan,
  su,
  sudo,
  sysctl,
  systemctl,
  systemdAnalyze,
  systemdCgls,
  systemdDetectVirt,
  systemdSysctl,
  timedatectl,
  updateGrub,
  visudo,
  ...POWER_COMMANDS,
];
