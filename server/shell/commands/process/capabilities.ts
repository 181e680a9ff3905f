import { ALL_CAPABILITIES, capabilityNames, isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { type Call, tool } from '../core/tool.ts';

/** The bits that a process's status tells under a name. */
function bitsOf(call: Call, pid: string, name: string): bigint {
  try {
    const status = call.context.fs.read(`/proc/${pid}/status`);
    return BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return call.fail(`Failed to get cap's for process ${pid}: (No such process)`);
  }
}

/** A set as libcap writes it: `=ep`, `=`, `cap_chown,cap_kill=ep`. */
function setText(bits: bigint, flags: string): string {
  if (bits === 0n) return '=';
  return bits === ALL_CAPABILITIES ? `=${flags}` : `${capabilityNames(bits).join(',')}=${flags}`;
}

const CAPSH_USAGE = `usage: capsh [args ...]
  --decode=xxx   decode a hex string to a list of caps
  --has-p=xxx    exit 1 if capability xxx not permitted
  --help, -h     this message (or try 'man capsh')
  --print        display capability relevant state
  --supports=xxx exit 1 if capability xxx unsupported
`;

/** Models libcap progs/capsh.c: what shows capabilities; what changes them is refused. */
const capsh: Command = {
  name: 'capsh',
  summary: 'capability shell wrapper',
  paths: ['/usr/sbin/capsh'],
  *main(context) {
    for (const arg of context.args.slice(1)) {
      const [name, value = ''] = arg.split('=');
      if (name === '--decode') {
        if (!/^(0x)?[0-9a-fA-F]{1,16}$/.test(value)) return yield* refused(`unable to decode ${value}\n`);
        const bits = BigInt(`0x${value.replace(/^0x/, '')}`);
        yield* context.out(`0x${bits.toString(16).padStart(16, '0')}=${capabilityNames(bits).join(',')}\n`);
      } else if (name === '--print') yield* context.out(state());
      else if (name === '--supports' || name === '--has-p') {
        const bits = name === '--supports' ? ALL_CAPABILITIES : held('CapPrm');
        if (!capabilityNames(bits).includes(value))
          return yield* refused(
            `cap[${value}] not ${name === '--supports' ? 'recognized by library' : 'permitted'}\n`,
          );
      } else if (name === '--help' || name === '-h') yield* context.out(CAPSH_USAGE);
      else return yield* refused(`${name} is not simulated\n`);
    }
    return 0;

    function held(name: string): bigint {
      const status = context.fs.read('/proc/self/status');
      return BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
    }

    function* refused(text: string): Steps<number> {
      yield* context.err(text);
      return 1;
    }

    function state(): string {
      const { uid, gid, groups } = context.credentials;
      const users = context.host.users;
      const bounding = held('CapBnd');
      return [
        `Current: ${setText(held('CapEff'), 'ep')}`,
        `Bounding set =${capabilityNames(bounding).join(',')}`,
        'Ambient set =',
        'Current IAB: ',
        "Securebits: 00/0x0/1'b0 (no-new-privs=0)",
        ' secure-noroot: no (unlocked)',
        ' secure-no-suid-fixup: no (unlocked)',
        ' secure-keep-caps: no (unlocked)',
        ' secure-no-ambient-raise: no (unlocked)',
        `uid=${uid}(${users.user(uid)?.name ?? '???'}) euid=${uid}(${users.user(uid)?.name ?? '???'})`,
        `gid=${gid}(${users.group(gid)?.name ?? '???'})`,
        `groups=${[...new Set([gid, ...groups])].map((one) => `${one}(${users.group(one)?.name ?? '???'})`).join(',')}`,
        'Guessed mode: HYBRID (4)',
        '',
      ].join('\n');
    }
  },
};

const getpcaps = tool({
  name: 'getpcaps',
  summary: 'display process capabilities',
  usage: '<pid> [<pid> ...]',
  version: 'libcap 2.66',
  options: 'ugly legacy iab',
  *run(call) {
    if (call.operands.length === 0) call.fail('usage: getpcaps <pid> [<pid> ...]');
    for (const pid of call.operands)
      yield* call.print(`${pid}: ${setText(bitsOf(call, pid, 'CapPrm'), 'ep')}\n`);
    return 0;
  },
});

/** Files that have capabilities on an Ubuntu server, as their packages set them. */
const FILE_CAPABILITIES: Readonly<Record<string, string>> = {
  '/usr/bin/mtr-packet': 'cap_net_raw=ep',
  '/usr/bin/ping': 'cap_net_raw=ep',
};

const getcap = tool({
  name: 'getcap',
  summary: 'examine file capabilities',
  usage: '[-v] [-n] [-r] [-h] <filename> [<filename> ...]',
  version: 'libcap 2.66',
  paths: ['/usr/sbin/getcap'],
  options: 'v n r h',
  *run(call) {
    const { fs } = call.context;
    if (call.operands.length === 0)
      call.fail('usage: getcap [-v] [-n] [-r] [-h] <filename> [<filename> ...]');
    for (const path of call.operands) {
      if (!fs.exists(path)) {
        yield* call.context.err(`${path} (No such file or directory)\n`);
        continue;
      }
      const real = fs.realpath(path);
      const inside = call.options.has('r')
        ? Object.keys(FILE_CAPABILITIES).filter((one) => one.startsWith(real === '/' ? '/' : `${real}/`))
        : [];
      for (const one of [real, ...inside]) {
        const found = fs.exists(one) ? FILE_CAPABILITIES[one] : undefined;
        if (found !== undefined) yield* call.print(`${one === real ? path : one} ${found}\n`);
        else if (call.options.has('v') && one === real) yield* call.print(`${path}\n`);
      }
    }
    return 0;
  },
});

/** libcap's programs. */
export const CAPABILITY_COMMANDS: readonly Command[] = [capsh, getcap, getpcaps];
