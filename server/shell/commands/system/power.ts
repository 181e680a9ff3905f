import type { Command } from '../../command.ts';
import { type Call, tool } from '../core/tool.ts';

type Verb = 'Reboot' | 'PowerOff' | 'Halt';

const ENDINGS = { Reboot: 'reboot', PowerOff: 'poweroff', Halt: 'halt' } as const;

/** Ends the machine; not for those who may not, nor where somebody sits who could not switch it on again. */
export function switchMachine(call: Call, verb: Verb): number {
  const { context } = call;
  if (context.credentials.uid !== 0)
    call.fail(`Call to ${verb} failed: Interactive authentication required.`);
  if (!(verb === 'Reboot' ? context.host.canReboot : context.host.canPowerOff))
    call.fail(`Call to ${verb} failed: nobody could switch this machine on again: not simulated`);
  context.host.shutDown(context, ENDINGS[verb]);
  return 0;
}

/** What `shutdown` is asked for: without `-r` and its like it switches off. */
function verbOf({ name, options }: Call): Verb {
  if (name === 'shutdown')
    return options.has('r', 'reboot') ? 'Reboot' : options.has('H') ? 'Halt' : 'PowerOff';
  if (options.has('reboot')) return 'Reboot';
  if (options.has('p', 'P', 'poweroff')) return 'PowerOff';
  return name === 'reboot' ? 'Reboot' : name === 'halt' ? 'Halt' : 'PowerOff';
}

/** The programs that end the machine, or only note that it ended. */
function powerCommand(name: string, what: string, usage: string, options: string): Command {
  return tool({
    name,
    summary: what,
    usage,
    version: 'systemd 255',
    paths: [`/usr/sbin/${name}`],
    options,
    *run(call) {
      if (call.options.has('c') || call.options.has('w')) return 0;
      const [time = name === 'shutdown' ? '+1' : 'now'] = call.operands;
      const verb = verbOf(call);
      if (!/^(now|\+?0)$/.test(time)) call.fail(`Failed to schedule shutdown: only 'now' is simulated`);
      return switchMachine(call, verb);
    },
  });
}

const FORCED = 'f|force p|poweroff halt reboot w|wtmp-only d|no-wtmp n|no-sync no-wall';

export const POWER_COMMANDS: readonly Command[] = [
  powerCommand('reboot', 'reboot the machine', '[OPTIONS...] [ARG]', FORCED),
  powerCommand(
    'shutdown',
    'halt, power off or reboot the machine',
    '[OPTIONS...] [TIME] [WALL...]',
    'H|halt P|poweroff r|reboot h k no-wall c show',
  ),
  powerCommand('poweroff', 'power off the machine', '[OPTIONS...]', FORCED),
  powerCommand('halt', 'halt the machine', '[OPTIONS...]', FORCED),
];
