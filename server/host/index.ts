export { confinedBy, loadedProfiles, RUNTIME_PROFILE, setLoadedProfiles } from './apparmor/loaded.ts';
export { PolicyError, parsePolicy } from './apparmor/parser.ts';
export type { Profile } from './apparmor/profile.ts';
export { GRUB_CONFIG, kernelCommandLine } from './boot-loader.ts';
export { ALL_CAPABILITIES, capabilityBits, capabilityNames, capable } from './capabilities.ts';
export { type ChildOptions, Context, type ContextState, wasResumed } from './context.ts';
export {
  type Access,
  allows,
  type Confinement,
  type Credentials,
  ROOT,
} from './credentials.ts';
export { IDLE_DAEMONS, idleDaemon } from './distro/daemons.ts';
export { ETC_BASHRC, ETC_PROFILE, HOME_PROFILE, homeBashrc } from './distro/shell-files.ts';
export { filesOn, type Installed, installBinary, ubuntuDisk } from './distro/ubuntu.ts';
export { firmwareOf, systemUuid } from './dmi.ts';
export { ERRORS, type ErrorCode, isSystemError, SystemError } from './errors.ts';
export { type Executable, type Executor, executable, findInPath, programVersion } from './exec.ts';
export { Disk, type FrozenDisk, size } from './files/disk.ts';
export { Files } from './files/files.ts';
export {
  contentOf,
  type FileSystem,
  type FileType,
  type Inode,
  type InodeChange,
  type NewInode,
  type Usage,
} from './files/filesystem.ts';
export { mountOptions } from './files/mount-options.ts';
export { type Mount, MountTable, normalizePath, type Place } from './files/mounts.ts';
export { FunctionFile, OpenFile, type OpenFlags, Pipe, RegularFile } from './files/open-file.ts';
export { partOf } from './files/part.ts';
export type { Stat } from './files/stat.ts';
export { SyntheticFs, type SyntheticNode } from './files/synthetic.ts';
export {
  type FirewallChain,
  type FirewallChains,
  firewallOf,
  restoreFirewall,
  ruleWords,
  setFirewall,
} from './firewall.ts';
export { globMatch } from './glob-match.ts';
export type { HostSpawn, LoginOptions } from './host.ts';
export { Host, type HostOptions } from './host.ts';
export { changeNetwork, isNetworkChange } from './iproute/changes.ts';
export { NetlinkError } from './iproute/words.ts';
export { Journal, type JournalEntry, type Priority } from './journal.ts';
export { controlGroups, deviceFs, devptsFs, sysFs } from './mounts.ts';
export {
  addressOf,
  broadcastOf,
  isAddress,
  isWithin,
  lengthOf,
  maskOf,
  networkOf,
  numberOf,
} from './network/cidr.ts';
export { type Connection, type Endpoint, holdConnection, holdStream } from './network/connections.ts';
export {
  candidateNames,
  type DnsAnswer,
  type DnsCode,
  type DnsRecord,
  type DnsServer,
  type DnsType,
  isDnsServer,
  queryServer,
  type Resolution,
  type ResolverConfig,
  resolveName,
  resolverConfig,
  resolverTrouble,
  serversIn,
} from './network/dns.ts';
export * from './network/http.ts';
export { connectError, httpRequest } from './network/http-request.ts';
export {
  type Choose,
  type Filter,
  type KernelRules,
  Network,
  NetworkNamespace,
  type RuleTable,
  type Translated,
  type Translation,
  type VirtualServer,
} from './network/namespace.ts';
export { type Neighbour, neighboursOf } from './network/neighbours.ts';
export type {
  Connected,
  ConnectFailure,
  Interface,
  Listener,
  Protocol,
  Route,
  Stream,
} from './network/network.ts';
export type { NftChain, NftSet, NftTable } from './network/nft.ts';
export { publicRoots } from './network/public-ca.ts';
export { type Socket, socketsIn } from './network/sockets.ts';
export { statusText } from './network/status-text.ts';
export { type End, type Flow, type Sighting, sightings } from './network/taps.ts';
export {
  GO_SUITES,
  negotiateTls,
  OPENSSL_SUITES,
  shownCertificates,
  type TlsServer,
  type TlsSession,
} from './network/tls.ts';
export { exitOf, onWire, wayOf, wayOut } from './network/wires.ts';
export { killForMemory, outOfMemory } from './out-of-memory.ts';
export { kubernetesRepository, registerBase } from './packages/index.ts';
export { KERNEL } from './proc/kernel.ts';
export { procFs } from './proc/proc.ts';
export { commandName, stateLetter } from './proc/process-name.ts';
export { residentKib, threadsOf, virtualKib } from './proc/resident.ts';
export { loadAverage, memoryInUse } from './proc/system-files.ts';
export { binary, type Main, type Program, programOf, type Synopsis, versionOf } from './program.ts';
export type { Terminal, TerminalModes, WindowSize } from './pty.ts';
export { type Master, Pty, Terminals } from './pty.ts';
export { type SshRequest, type SshService, type SshSession, sshd } from './ssh.ts';
export { type SshKey, sshFingerprint, sshKey } from './ssh-keys.ts';
export {
  SWAP_MARK,
  SWAP_PAGE,
  type SwapArea,
  setSwapAreas,
  swapAreas,
  swapBytes,
  swapLines,
} from './swap.ts';
export { calendarText, nextElapse, parseCalendar } from './systemd/calendar.ts';
export { describeStatus } from './systemd/command.ts';
export { Systemd, UnitError } from './systemd/manager.ts';
export { Service } from './systemd/service.ts';
export { activatedBy } from './systemd/timer.ts';
export { installTargets, type LoadedUnit, unitName } from './systemd/unit.ts';
export { parseTimeSpan, UnitFile } from './systemd/unit-file.ts';
export { packTar, type TarEntry, unpackTar } from './tar.ts';
export { byteLength, decode, encode, isAscii, isZeros } from './text.ts';
export { type Group, type User, Users } from './users.ts';
