import type { Command } from '../../command.ts';
import { journalctl } from './journalctl.ts';
import { service } from './service.ts';
import { ssh } from './ssh.ts';
import { su } from './su.ts';
import { sudo } from './sudo.ts';
import { systemctl } from './systemctl.ts';

/** Services, the journal, and acting as another user or on another host. */
export const SYSTEM_COMMANDS: readonly Command[] = [systemctl, journalctl, service, ssh, sudo, su];
