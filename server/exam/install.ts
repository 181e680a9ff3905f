import type { Files, FrozenDisk, Host } from '../host/index.ts';
import { filesOn, type SshKey, sshKey, ubuntuDisk } from '../host/index.ts';
import type { Command } from '../shell/command.ts';
import { Clock, type Random } from '../sim/index.ts';
import type { Topology } from './topology.ts';
import type { World } from './world.ts';

/** An Ubuntu disk with all commands on it, the same for every host of a world. */
export function installedDisk(commands: readonly Command[], nowMs: number): FrozenDisk {
  return ubuntuDisk(
    new Clock(nowMs),
    commands.map(({ name, paths }) => ({ program: name, paths: paths ?? [`/usr/bin/${name}`] })),
  );
}

/** Writes what tells the hosts of a world apart, and the keys that let the candidate and root reach them all. */
export function personalise(world: World): void {
  const random = world.random.fork('install');
  const candidate = sshKey(random.fork('candidate'), `candidate@${world.topology.candidate.host}`);
  const root = sshKey(random.fork('root'), `root@${world.topology.candidate.host}`);
  const hostKeys = new Map(
    [...world.hosts.keys()].map((name) => [name, sshKey(random.fork(name), `root@${name}`)]),
  );
  const known = knownHosts(world.topology, hostKeys);
  const others = world.topology.hosts.filter(({ role }) => role !== 'none').map(({ name }) => name);
  for (const host of world.hosts.values()) {
    const fs = filesOn(host.disk);
    writeNames(fs, world.topology, host, random.fork(`id of ${host.hostname}`));
    const hostKey = hostKeys.get(host.hostname) as SshKey;
    writeSecret(fs, '/etc/ssh/ssh_host_ed25519_key', hostKey.privateKey);
    fs.write('/etc/ssh/ssh_host_ed25519_key.pub', `${hostKey.publicKey}\n`);
    for (const home of ['/root', '/home/candidate']) addKubectl(fs, `${home}/.bashrc`);
    writeAccess(fs, '/root', root, [root, candidate], known, 0, others);
    if (fs.isDirectory('/home/candidate'))
      writeAccess(fs, '/home/candidate', candidate, [root, candidate], known, 1000, others);
  }
}

/** What the exam's machines add to a user's shell. */
const KUBECTL_RC = `
source <(kubectl completion bash)
alias k=kubectl
complete -o default -F __start_kubectl k
`;

function writeNames(fs: Files, topology: Topology, host: Host, random: Random): void {
  const others = topology.hosts.map(({ name, address }) => `${address.split('/')[0]} ${name}`);
  fs.write('/etc/hostname', `${host.hostname}\n`);
  fs.write('/etc/machine-id', `${random.hex(32)}\n`);
  fs.write(
    '/etc/hosts',
    [
      '127.0.0.1 localhost',
      `127.0.1.1 ${host.hostname}`,
      '',
      '::1 ip6-localhost ip6-loopback',
      'fe00::0 ip6-localnet',
      'ff00::0 ip6-mcastprefix',
      'ff02::1 ip6-allnodes',
      'ff02::2 ip6-allrouters',
      '',
      ...others,
      '',
    ].join('\n'),
  );
  if (fs.isFile('/run/sysctl/kernel/hostname')) fs.write('/run/sysctl/kernel/hostname', `${host.hostname}\n`);
}

/** `.bashrc` of Ubuntu, and kubectl's completion and short name after it. */
function addKubectl(fs: Files, path: string): void {
  if (fs.isFile(path)) fs.write(path, fs.read(path) + KUBECTL_RC);
}

function writeAccess(
  fs: Files,
  home: string,
  key: SshKey,
  authorized: readonly SshKey[],
  known: string,
  uid: number,
  others: readonly string[],
): void {
  const directory = `${home}/.ssh`;
  fs.mkdirAll(directory, 0o700);
  fs.write(`${directory}/authorized_keys`, authorized.map(({ publicKey }) => `${publicKey}\n`).join(''));
  fs.chmod(`${directory}/authorized_keys`, 0o600);
  writeSecret(fs, `${directory}/id_ed25519`, key.privateKey);
  fs.write(`${directory}/id_ed25519.pub`, `${key.publicKey}\n`);
  fs.write(`${directory}/known_hosts`, known);
  if (uid !== 0) fs.write(`${directory}/config`, `Host ${others.join(' ')}\n    User root\n`);
  for (const path of [directory, ...fs.list(directory).map((name) => `${directory}/${name}`)])
    fs.chown(path, uid, uid);
}

function writeSecret(fs: Files, path: string, text: string): void {
  fs.write(path, text);
  fs.chmod(path, 0o600);
}

function knownHosts(topology: Topology, keys: ReadonlyMap<string, SshKey>): string {
  return topology.hosts
    .map(({ name, address }) => {
      const [type, key] = (keys.get(name) as SshKey).publicKey.split(' ');
      return `${name},${address.split('/')[0]} ${type} ${key}\n`;
    })
    .join('');
}
