import type { Host } from '../host.ts';
import { readState } from '../state-file.ts';
import { allowsCapability, allowsFile, type Profile, type ProfileConfinement } from './profile.ts';

/** Where the kernel's list is written down, so that a host that is restored has it again. */
const STATE = '/run/apparmor.json';
/** What containerd loads for containers that ask for nothing else. */
export const RUNTIME_PROFILE = 'cri-containerd.apparmor.d';

/** Loaded when an Ubuntu host starts. */
const AT_BOOT =
  '/usr/bin/man lsb_release man_filter man_groff nvidia_modprobe nvidia_modprobe//kmod rsyslogd tcpdump ubuntu_pro_apt_news unix-chkpwd'.split(
    ' ',
  );

function open(name: string): Profile {
  const none = { allow: [], deny: [], capabilities: [], noCapabilities: [] };
  return { name, mode: 'enforce', isOpen: true, ...none };
}

const lists = new WeakMap<Host, { text: unknown; profiles: ReadonlyMap<string, Profile> }>();

/** The kernel's profiles by name. */
export function loadedProfiles(host: Host): ReadonlyMap<string, Profile> {
  const { fs } = host.init;
  const text = fs.isFile(STATE) ? fs.read(STATE) : undefined;
  const known = lists.get(host);
  if (known && known.text === text) return known.profiles;
  const kept = readState(fs, STATE);
  const atBoot = fs.isFile('/usr/bin/containerd') ? [...AT_BOOT, RUNTIME_PROFILE] : AT_BOOT;
  const list = Array.isArray(kept) ? (kept as Profile[]) : atBoot.map(open);
  const profiles = new Map(list.map((profile) => [profile.name, profile]));
  lists.set(host, { text, profiles });
  return profiles;
}

export function setLoadedProfiles(host: Host, profiles: Iterable<Profile>): void {
  const { fs } = host.init;
  fs.mkdirAll('/run');
  const sorted = [...profiles].sort((a, b) => (a.name < b.name ? -1 : 1));
  fs.write(STATE, JSON.stringify(sorted), 0o600);
}

/** What the kernel shows in `/sys/kernel/security/apparmor/profiles`. */
export function profileLines(host: Host): string {
  return [...loadedProfiles(host).values()].map(({ name, mode }) => `${name} (${mode})\n`).join('');
}

const UNASKED: ProfileConfinement = {
  name: RUNTIME_PROFILE,
  isOpen: true,
  label: () => `${RUNTIME_PROFILE} (enforce)`,
  file: () => true,
  capability: () => true,
};

export function confinedBy(host: Host, name: string): ProfileConfinement {
  if (name === RUNTIME_PROFILE) return UNASKED;
  const profile = () => loadedProfiles(host).get(name) ?? open(name);
  return {
    name,
    label: () => `${name} (${profile().mode})`,
    file: (path, access) => allowsFile(profile(), path, access),
    capability: (capability) => allowsCapability(profile(), capability),
  };
}
