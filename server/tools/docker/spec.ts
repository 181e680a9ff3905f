import type { Options } from '../../shell/options.ts';
import { type Call, DockerError } from './call.ts';
import { parseBytes } from './format.ts';
import type { ContainerSpec, MountPoint, PublishedPort, RestartPolicy } from './model.ts';

/** Options of `run` and `create`. Those in REFUSED are known, and said not to be simulated. */
export const RUN_OPTIONS = [
  'd|detach i|interactive t|tty rm init name= p|publish= P|publish-all e|env= env-file= v|volume= mount= tmpfs=',
  'm|memory= memory-swap= memory-swappiness= memory-reservation= cpus= c|cpu-shares= cpuset-cpus= w|workdir= u|user=',
  'h|hostname= network|net= network-alias= l|label= entrypoint= restart= privileged read-only add-host= pull= q|quiet',
  'expose= cap-add= cap-drop= security-opt= ulimit= shm-size= pids-limit= stop-signal= stop-timeout= log-driver=',
  'log-opt= dns= dns-search= volumes-from= link= gpus= device= platform= ipc= pid= uts= userns= cgroup-parent=',
  'volume-driver= ip= detach-keys= a|attach= health-cmd= no-healthcheck sysctl= oom-kill-disable cidfile= runtime=',
].join(' ');

const REFUSED = [
  'gpus',
  'device',
  'ipc',
  'pid',
  'uts',
  'userns',
  'cgroup-parent',
  'ip',
  'health-cmd',
  'runtime',
  'cpuset-cpus',
  'sysctl',
  'ulimit',
];

const ADJECTIVES = [
  'admiring',
  'bold',
  'clever',
  'eager',
  'focused',
  'gallant',
  'happy',
  'keen',
  'nifty',
  'quirky',
  'serene',
  'vibrant',
  'wizardly',
  'zealous',
];
const NAMES = [
  'archimedes',
  'bell',
  'curie',
  'darwin',
  'euler',
  'fermat',
  'galileo',
  'hopper',
  'kepler',
  'lovelace',
  'newton',
  'pasteur',
  'turing',
  'wright',
];

/** What the options of `run` and `create` ask for. Throws DockerError. */
export function specOf(call: Call): ContainerSpec {
  const { options, args, context, engine } = call;
  for (const name of REFUSED)
    if (options.has(name))
      throw new DockerError(`docker: Error response from daemon: --${name} is not simulated.`, 125);
  // What containers write is kept in the form that the default driver has.
  const logs = options.get('log-driver') ?? 'json-file';
  if (logs !== 'json-file')
    throw new DockerError(`docker: Error response from daemon: --log-driver ${logs} is not simulated.`, 125);
  const [image = '', ...command] = args;
  const driver = options.get('volume-driver') ?? 'local';
  if (driver !== 'local')
    throw new DockerError(
      `docker: Error response from daemon: error looking up volume plugin ${driver}: plugin "${driver}" not found`,
      125,
    );
  const memoryBytes = size(options, 'm', 'memory');
  if (memoryBytes !== undefined && memoryBytes < 6 * 1024 ** 2)
    throw new DockerError('docker: Error response from daemon: Minimum memory limit allowed is 6MB', 125);
  const swap = options.get('memory-swap');
  const memorySwapBytes =
    swap === undefined || swap === '-1' || swap === '0' ? undefined : parseBytes(swap, '--memory-swap');
  if (memorySwapBytes !== undefined && memoryBytes === undefined)
    throw new DockerError(
      'docker: Error response from daemon: You should always set the Memory limit when using Memoryswap limit, see usage',
      125,
    );
  if (memorySwapBytes !== undefined && memoryBytes !== undefined && memorySwapBytes < memoryBytes)
    throw new DockerError(
      'docker: Error response from daemon: Minimum memoryswap limit should be larger than memory limit, see usage',
      125,
    );
  const restart = restartOf(options);
  if (options.has('rm') && restart.restart !== 'no')
    throw new DockerError('docker: Conflicting options: --restart and --rm', 125);
  const entrypoint = options.get('entrypoint');
  const { random } = engine.host;
  return {
    name: options.get('name') ?? `${pick(ADJECTIVES, random.next())}_${pick(NAMES, random.next())}`,
    image,
    entrypoint: entrypoint === undefined ? undefined : entrypoint === '' ? [] : [entrypoint],
    command,
    env: [
      ...options.all('env-file').flatMap((path) => envFile(call, path)),
      ...options.all('e').map((item) => envOf(context.env, item)),
    ],
    workingDir: options.get('w'),
    user: options.get('u'),
    hostname: options.get('h'),
    tty: options.has('t'),
    stdin: options.has('i'),
    autoRemove: options.has('rm'),
    privileged: options.has('privileged'),
    readOnly: options.has('read-only'),
    network: options.get('network') ?? 'bridge',
    ports: [...options.all('p').flatMap(parsePort), ...(options.has('P') ? exposed(call, image) : [])],
    mounts: mountsOf(call),
    labels: Object.fromEntries(options.all('l').map((item) => splitAt(item, '='))),
    hosts: [...options.all('add-host'), ...options.all('link').flatMap((link) => linked(call, link))],
    cpus: options.get('cpus') === undefined ? undefined : Number(options.get('cpus')),
    memoryBytes,
    memorySwapBytes:
      memorySwapBytes ?? (memoryBytes === undefined || swap === '-1' ? undefined : memoryBytes * 2),
    swappiness:
      options.get('memory-swappiness') === undefined ? undefined : Number(options.get('memory-swappiness')),
    ...restart,
  };
}

function pick(list: readonly string[], chance: number): string {
  return list[Math.floor(chance * list.length)] as string;
}

function size(options: Options, short: string, long: string): number | undefined {
  const text = options.get(short);
  return text === undefined ? undefined : parseBytes(text, `-${short}, --${long}`);
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** `--env-file`: a variable a line; those without a value are the client's. */
function envFile({ context }: Call, path: string): [string, string][] {
  if (!context.fs.isFile(path)) throw new DockerError(`docker: open ${path}: no such file or directory`, 125);
  return context.fs
    .read(path)
    .split('\n')
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .filter((line) => line.includes('=') || context.env.has(line))
    .map((line) => envOf(context.env, line));
}

/** `--link other:name`: names of a running container, as lines of `/etc/hosts`. */
function linked({ engine }: Call, link: string): string[] {
  const [name, alias] = splitAt(link, ':');
  const other = engine.containers().find(({ id, spec }) => spec.name === name || id.startsWith(name));
  if (!other)
    throw new DockerError(
      `docker: Error response from daemon: could not get container for ${name}: No such container: ${name}`,
      125,
    );
  if (!engine.isRunning(other))
    throw new DockerError(
      `docker: Error response from daemon: Cannot link to a non running container: /${name} AS /${alias || name}`,
      125,
    );
  const address = engine.address(other);
  const names = new Set([alias || name, other.spec.name, other.id.slice(0, 12)]);
  return [...names].map((each) => `${each}:${address}`);
}

/** `A=b`, or `A` with the client's own value. */
function envOf(env: ReadonlyMap<string, string>, item: string): [string, string] {
  return item.includes('=') ? splitAt(item, '=') : [item, env.get(item) ?? ''];
}

export function restartOf(options: Options): { restart: RestartPolicy; maximumRetries: number } {
  const text = options.get('restart') ?? 'no';
  const [name = '', count] = text.split(':');
  const known: readonly string[] = ['no', 'always', 'unless-stopped', 'on-failure'];
  if (!known.includes(name) || (count !== undefined && name !== 'on-failure'))
    throw new DockerError(
      `docker: Error response from daemon: invalid restart policy: unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
      125,
    );
  return { restart: name as RestartPolicy, maximumRetries: Number(count ?? 0) };
}

/** `8080:80`, `127.0.0.1:8080:80/tcp`, `80`. A port of the host that was not given is taken from 32768 on. */
function parsePort(text: string): PublishedPort[] {
  const [, ip, hostText, containerText, protocol] =
    /^(?:(\d+\.\d+\.\d+\.\d+):)?(?:(\d*):)?(\d+)(?:\/(tcp|udp))?$/.exec(text) ?? [];
  if (containerText === undefined)
    throw new DockerError(
      `docker: invalid publish opts format (should be name=value but got '${text}')`,
      125,
    );
  const containerPort = Number(containerText);
  if (containerPort > 65_535 || Number(hostText ?? 0) > 65_535)
    throw new DockerError(`docker: invalid containerPort: ${containerText}`, 125);
  const hostPort = hostText ? Number(hostText) : 32_768 + (containerPort % 1000);
  return [{ hostIp: ip ?? '0.0.0.0', hostPort, containerPort, protocol: protocol === 'udp' ? 'udp' : 'tcp' }];
}

function exposed({ engine }: Call, image: string): PublishedPort[] {
  return (engine.imageConfig(image).ports ?? []).flatMap((port) => parsePort(port));
}

function mountsOf(call: Call): MountPoint[] {
  const { options, context } = call;
  return [
    ...options.all('volumes-from').flatMap((name) => mountsFrom(call, name)),
    ...options.all('v').map((text) => volumeOf(call, text)),
    ...options.all('mount').map((text) => mountOf(call, text)),
    ...options.all('tmpfs').map((text) => inMemory(call, text)),
  ].map((mount) =>
    mount.source.startsWith('/') ? mount : { ...mount, source: `${context.cwd}/${mount.source}` },
  );
}

/** `/tmp:size=10m,ro`. */
function inMemory({ engine }: Call, text: string): MountPoint {
  const [destination, words] = splitAt(text, ':');
  const values = (words ?? '').split(',');
  const size = values.find((word) => word.startsWith('size='))?.slice('size='.length);
  return {
    type: 'tmpfs',
    name: '',
    source: `/run/docker/tmpfs/${engine.host.random.hex(16)}`,
    destination,
    readOnly: values.includes('ro'),
    bytes: size === undefined ? engine.host.memoryBytes / 2 : parseBytes(size, '--tmpfs'),
  };
}

function mountsFrom({ engine }: Call, text: string): MountPoint[] {
  const [name, mode] = splitAt(text, ':');
  const { mounts } = engine.find(name).spec;
  return mode === 'ro' ? mounts.map((mount) => ({ ...mount, readOnly: true })) : [...mounts];
}

function volumeOf(call: Call, text: string): MountPoint {
  const parts = text.split(':');
  const [first = '', second, mode] = parts;
  if (parts.length > 3 || (second !== undefined && !second.startsWith('/')))
    throw new DockerError(
      `docker: Error response from daemon: invalid volume specification: '${text}': invalid mount config for type "volume": invalid mount path: '${second}' mount path must be absolute`,
      125,
    );
  if (second === undefined) return volume(call, call.engine.host.random.hex(64), first, false);
  const readOnly = (mode ?? '').split(',').includes('ro');
  if (first.startsWith('/') || first.startsWith('.')) return bind(call, first, second, readOnly);
  return volume(call, first, second, readOnly);
}

function volume({ engine }: Call, name: string, destination: string, readOnly: boolean): MountPoint {
  return { type: 'volume', name, source: engine.store.volumePath(name), destination, readOnly };
}

function bind({ context }: Call, source: string, destination: string, readOnly: boolean): MountPoint {
  const absolute = source.startsWith('/')
    ? source
    : `${context.cwd}/${source}`.replaceAll('/./', '/').replace(/\/\.$/, '');
  return { type: 'bind', name: '', source: absolute, destination, readOnly };
}

function mountOf(call: Call, text: string): MountPoint {
  const values = new Map(text.split(',').map((item) => splitAt(item, '=')));
  const source = values.get('source') ?? values.get('src') ?? '';
  const target = values.get('target') ?? values.get('dst') ?? values.get('destination') ?? '';
  const readOnly = values.has('readonly') || values.has('ro');
  if (target === '')
    throw new DockerError(`invalid argument "${text}" for "--mount" flag: target is required`, 125);
  if (values.get('type') === 'bind') return bind(call, source, target, readOnly);
  return volume(call, source === '' ? call.engine.host.random.hex(64) : source, target, readOnly);
}
