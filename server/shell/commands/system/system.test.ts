import { describe, expect, it } from 'vitest';
import { Host, type Master, Network, sshd, ubuntuDisk } from '../../../host/index.ts';
import { Clock, Random, type Steps } from '../../../sim/index.ts';
import { programFor } from '../../command.ts';
import { SYSTEM_COMMANDS } from './index.ts';

/** A shell that is enough to type into: runs each line as a command, `exit N` ends it. */
function* tinyShell(context: import('../../../host/index.ts').Context): Steps<number> {
  if (context.args[1] === '-c') return yield* context.run(...split(context.args[2] as string));
  for (;;) {
    yield* context.out(`${context.credentials.uid}@${context.hostname}$ `);
    const line = yield* context.read(0);
    if (line === '') return 0;
    if (line.startsWith('exit')) return Number(line.slice(5));
    yield* context.run(...split(line.trim()));
  }
}

function split(line: string): [string, string[]] {
  const args = line.split(' ');
  return [args[0] as string, args];
}

const PROGRAMS = [
  ...SYSTEM_COMMANDS.map(programFor),
  { name: 'bash', main: tinyShell },
  { name: 'sshd', main: sshd },
  {
    name: 'daemon',
    main: function* (context: import('../../../host/index.ts').Context): Steps<number> {
      yield* context.out('ready\n');
      for (;;) yield {};
    },
  },
];

function machines() {
  const clock = new Clock(Date.UTC(2026, 10, 21, 9, 0, 0));
  const network = new Network();
  const paths = (name: string) => SYSTEM_COMMANDS.find((c) => c.name === name)?.paths ?? [`/usr/bin/${name}`];
  const installed = PROGRAMS.map(({ name }) => ({
    program: name,
    paths: name === 'sshd' ? ['/usr/sbin/sshd'] : paths(name),
  }));
  const base = ubuntuDisk(clock, installed);
  const programs = new Map(PROGRAMS.map((program) => [program.name, program]));
  const crashes: unknown[] = [];
  const host = (hostname: string, address: string) => {
    const machine = new Host({
      hostname,
      clock,
      random: new Random(hostname),
      network,
      base,
      programs,
      onCrash: (_, e) => crashes.push(e),
    });
    machine.network.interfaces.push({
      name: 'eth0',
      mac: '02:00:00:00:00:01',
      addresses: [`${address}/24`],
      up: true,
      mtu: 1500,
    });
    const { fs } = machine.init;
    fs.write('/etc/hosts', '172.30.1.1 base\n172.30.1.2 node01\n');
    fs.write('/root/.ssh/id_ed25519', 'secret');
    fs.write('/root/.ssh/id_ed25519.pub', 'ssh-ed25519 AAAAroot root@base\n');
    fs.write('/root/.ssh/authorized_keys', 'ssh-ed25519 AAAAroot root@base\n');
    fs.write('/etc/ssh/ssh_host_ed25519_key.pub', `ssh-ed25519 AAAA${hostname}\n`);
    fs.write('/etc/ssh/ssh_known_hosts', 'node01 ssh-ed25519 AAAAnode01\n');
    fs.write(
      '/etc/systemd/system/d.service',
      '[Unit]\nDescription=A daemon\n[Service]\nExecStart=/usr/bin/daemon\n[Install]\nWantedBy=multi-user.target\n',
    );
    machine.boot();
    return machine;
  };
  const base1 = host('base', '172.30.1.1');
  const node01 = host('node01', '172.30.1.2');
  clock.advance(1000);
  return { clock, base: base1, node01, crashes };
}

function terminal(host: Host, user = 'root'): { master: Master; type: (text: string) => string } {
  const found = host.users.user(user);
  if (!found) throw new Error(user);
  const { master } = host.login({ user: found, terminal: { columns: 80, rows: 24, term: 'xterm' } });
  const type = (text: string) => {
    master?.input(text);
    host.clock.advance(1000);
    return master?.take() ?? '';
  };
  type('');
  return { master: master as Master, type };
}

describe('systemctl', () => {
  it('starts, shows and stops a service', () => {
    const { base } = machines();
    const { type } = terminal(base);
    expect(type('systemctl is-active d\r')).toContain('inactive');
    type('systemctl start d\r');
    expect(type('systemctl status d\r').split('\r\n').slice(1, 6)).toEqual([
      '● d.service - A daemon',
      '     Loaded: loaded (/etc/systemd/system/d.service; disabled; preset: enabled)',
      '     Active: active (running) since Sat 2026-11-21 09:00:03 UTC; 1s ago',
      expect.stringMatching(/^ {3}Main PID: \d+ \(daemon\)$/),
      '      Tasks: 1 (limit: 4556)',
    ]);
    type('systemctl stop d\r');
    expect(type('journalctl -u d -o cat\r').split('\r\n').slice(1, 6)).toEqual([
      'Started d.service - A daemon.',
      'ready',
      'Stopping d.service - A daemon...',
      'd.service: Deactivated successfully.',
      'Stopped d.service - A daemon.',
    ]);
  });

  it('refuses what does not exist, and who may not', () => {
    const { base } = machines();
    const root = terminal(base);
    expect(root.type('systemctl start nosuch\r')).toContain(
      'Failed to start nosuch.service: Unit nosuch.service not found.',
    );
    expect(root.type('systemctl status nosuch\r')).toContain('Unit nosuch.service could not be found.');
    expect(root.type('systemctl fly\r')).toContain("Unknown command verb 'fly'.");
    const user = terminal(base, 'candidate');
    expect(user.type('systemctl start d\r')).toContain(
      'Failed to start d.service: Interactive authentication required.',
    );
    expect(user.type('sudo systemctl start d\r')).not.toContain('Failed');
    expect(user.type('systemctl is-active d\r')).toContain('active');
  });

  it('enables and masks', () => {
    const { base } = machines();
    const { type } = terminal(base);
    expect(type('systemctl enable --now d\r')).toContain(
      'Created symlink /etc/systemd/system/multi-user.target.wants/d.service → /etc/systemd/system/d.service.',
    );
    expect(type('systemctl is-enabled d\r')).toContain('enabled');
    expect(type('systemctl mask ssh\r')).toContain(
      'Created symlink /etc/systemd/system/ssh.service → /dev/null.',
    );
    expect(type('systemctl start ssh\r')).not.toContain('not found');
  });
});

describe('ssh', () => {
  it('opens a shell on another host and comes back', () => {
    const { base, crashes } = machines();
    const { type } = terminal(base);
    expect(type('ssh node01\r')).toContain('0@node01$ ');
    expect(type('exit 0\r')).toContain('Connection to node01 closed.\r\n0@base$ ');
    expect(crashes).toEqual([]);
  });

  it('runs a command with its status, and follows a journal until ^C', () => {
    const { base, node01 } = machines();
    const { type } = terminal(base);
    expect(type('ssh node01 systemctl is-active ssh\r')).toContain('active\r\n');
    type('ssh node01\r');
    type('journalctl -f -u d -o cat\r');
    node01.systemd.start('d');
    expect(type('')).toContain('ready');
    // The tiny shell is in the same group as its command, so ^C ends it too.
    expect(type('\x03')).toContain('^CConnection to node01 closed.');
  });

  it('says what is wrong', () => {
    const { base, node01 } = machines();
    const { type } = terminal(base);
    expect(type('ssh nowhere\r')).toContain(
      'ssh: Could not resolve hostname nowhere: Name or service not known',
    );
    node01.systemd.stop('ssh');
    type('');
    expect(type('ssh node01\r')).toContain('ssh: connect to host node01 port 22: Connection refused');
    const user = terminal(base, 'candidate');
    node01.systemd.start('ssh');
    user.type('');
    expect(user.type('ssh node01\r')).toContain('candidate@node01: Permission denied (publickey).');
  });

  it('has a server that does not start twice, nor with a directive that it does not know', () => {
    const { base, crashes } = machines();
    const { type } = terminal(base);
    expect(type('sshd\r')).toContain('sshd re-exec requires execution with an absolute path');
    expect(type('/usr/sbin/sshd -D\r')).toContain(
      'Bind to port 22 on 0.0.0.0 failed: Address already in use.',
    );
    base.init.fs.write('/etc/ssh/sshd_config', 'Port 22\nPermitRoot yes\n');
    expect(type('/usr/sbin/sshd -t\r')).toContain(
      '/etc/ssh/sshd_config: line 2: Bad configuration option: PermitRoot',
    );
    expect(crashes).toEqual([]);
  });

  it('asks before it trusts a host', () => {
    const { base } = machines();
    base.init.fs.unlink('/etc/ssh/ssh_known_hosts');
    const { type } = terminal(base);
    expect(type('ssh node01\r')).toContain(
      "The authenticity of host 'node01 (172.30.1.2)' can't be established.",
    );
    expect(type('what\r')).toContain("Please type 'yes', 'no' or the fingerprint: ");
    expect(type('yes\r')).toContain(
      "Warning: Permanently added 'node01' (ED25519) to the list of known hosts.",
    );
  });
});

describe('sudo and su', () => {
  it('act as root, and come back', () => {
    const { base } = machines();
    const { type } = terminal(base, 'candidate');
    expect(type('sudo -i\r')).toContain('0@base$ ');
    expect(type('exit 0\r')).toContain('1000@base$ ');
    expect(type('sudo -u candidate bash\r')).toContain('1000@base$ ');
    type('exit 0\r');
    expect(type('sudo nosuch\r')).toContain('sudo: nosuch: command not found');
    expect(type('su -\r')).toContain('Password: ');
    expect(type('guess\r')).toContain('su: Authentication failure');
  });

  it('refuse who is not in sudoers', () => {
    const { base } = machines();
    base.init.fs.write('/etc/sudoers.d/90-candidate', '');
    base.init.fs.write(
      '/etc/group',
      base.init.fs.read('/etc/group').replace('sudo:x:27:candidate', 'sudo:x:27:'),
    );
    const { type } = terminal(base, 'candidate');
    type('sudo -i\r');
    expect(type('x\r')).toContain('candidate is not in the sudoers file.');
  });
});
