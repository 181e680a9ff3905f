import { type Call, Refusal } from '../core/tool.ts';

/** Settings by their names in lower case; the first value that is found counts. */
export type SshConfig = ReadonlyMap<string, readonly string[]>;

/** Settings that may stand more than once. */
const MANY = new Set(['identityfile', 'sendenv', 'localforward', 'remoteforward']);
const SYSTEM = '/etc/ssh/ssh_config';
const FAILED = 255;

/** Of `-o`, of the user's file (or that of `-F`), then of the machine's. Models readconf.c, without `Match`. */
export function sshConfig(call: Call, host: string): SshConfig {
  const { context, options } = call;
  const found = new Map<string, string[]>();
  const add = (key: string, value: string) => {
    const name = key.toLowerCase();
    const before = found.get(name);
    if (before === undefined) found.set(name, [value]);
    else if (MANY.has(name)) before.push(value);
  };
  for (const option of options.all('o')) {
    const [, key = option, value = ''] = SETTING.exec(option) ?? [];
    add(key, value);
  }
  const own = options.get('F') ?? `${context.env.get('HOME') ?? ''}/.ssh/config`;
  if (options.has('F') && !context.fs.isFile(own))
    throw new Refusal(`Can't open user config file ${own}: No such file or directory\n`, FAILED);
  for (const path of options.has('F') ? [own] : [own, SYSTEM])
    if (context.fs.isFile(path) && context.fs.can(path, 'read')) readFile(call, path, host, add);
  return found;
}

const SETTING = /^\s*(\w+)(?:\s*=\s*|\s+)"?(.*?)"?\s*$/;

function readFile(call: Call, path: string, host: string, add: (key: string, value: string) => void): void {
  let applies = true;
  for (const [i, line] of call.context.fs.read(path).split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, key = '', value = ''] = SETTING.exec(line) ?? [];
    const name = key.toLowerCase();
    if (name === 'host') applies = matchesHosts(value.split(/\s+/), host);
    else if (name === 'match') applies = /^all$/i.test(value);
    else if (!KEYWORDS.has(name))
      throw new Refusal(
        `${path}: line ${i + 1}: Bad configuration option: ${name}\n${path}: terminating, 1 bad configuration options\n`,
        FAILED,
      );
    else if (applies) add(key, value);
  }
}

const KEYWORDS = new Set(
  `addkeystoagent addressfamily batchmode bindaddress canonicaldomains casignaturealgorithms certificatefile checkhostip
  ciphers compression connectionattempts connecttimeout controlmaster controlpath controlpersist dynamicforward escapechar
  exitonforwardfailure fingerprinthash forwardagent forwardx11 forwardx11trusted gatewayports globalknownhostsfile
  gssapiauthentication gssapidelegatecredentials hashknownhosts hostkeyalgorithms hostkeyalias hostname identitiesonly
  identityagent identityfile include ipqos kbdinteractiveauthentication kexalgorithms localcommand localforward loglevel
  macs numberofpasswordprompts passwordauthentication permitlocalcommand port preferredauthentications proxycommand
  proxyjump pubkeyacceptedalgorithms pubkeyauthentication remotecommand remoteforward requesttty sendenv
  serveralivecountmax serveraliveinterval setenv stricthostkeychecking tcpkeepalive updatehostkeys user
  userknownhostsfile verifyhostkeydns visualhostkey xauthlocation`.split(/\s+/),
);

/** One pattern must fit, and none with `!`. */
function matchesHosts(patterns: readonly string[], name: string): boolean {
  const fits = (pattern: string) => matchesHost(pattern, name);
  return (
    patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))
  );
}

function matchesHost(pattern: string, name: string): boolean {
  const source = pattern
    .slice(0, 200)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '[^]*?')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}

/** The setting, or what holds without it. */
export function setting(config: SshConfig, name: string): string | undefined {
  return config.get(name.toLowerCase())?.[0];
}
