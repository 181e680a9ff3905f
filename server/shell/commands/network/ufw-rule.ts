/** A rule of ufw's, as a line of its files tells it. */
export interface UfwRule {
  readonly action: string;
  readonly protocol: string;
  /** `22`, `80,443`, `6000:6007`, `any`. */
  readonly port: string;
  readonly to: string;
  readonly from: string;
  readonly direction: string;
}

const ANYWHERE = '0.0.0.0/0';
export const ACTIONS = ['allow', 'deny', 'reject', 'limit'] as const;
/** Services and profiles that rules are written by. */
const SERVICES: Readonly<Record<string, string>> = {
  ssh: '22/tcp',
  OpenSSH: '22/tcp',
  http: '80/tcp',
  https: '443/tcp',
  domain: '53',
  ftp: '21/tcp',
  smtp: '25/tcp',
  mysql: '3306/tcp',
  postgresql: '5432/tcp',
};

/** What ufw answers instead of doing something: `ERROR: …`. */
export class UfwError extends Error {
  override name = 'UfwError';
}

/** The words behind `allow` and its like. Throws UfwError. */
export function parseRule(action: string, given: readonly string[]): UfwRule {
  const words = [...given];
  const direction = words[0] === 'in' || words[0] === 'out' ? (words.shift() as string) : 'in';
  if (words[0] === 'on') throw new UfwError('rules of one interface are not simulated');
  const rule = { action, protocol: 'any', port: 'any', to: ANYWHERE, from: ANYWHERE, direction };
  const [first] = words;
  if (first === undefined) throw new UfwError('Invalid syntax');
  if (!/^(from|to|proto|port|app)$/.test(first)) {
    if (words.length > 1 && words[1] !== 'comment') throw new UfwError('Wrong number of arguments');
    return { ...rule, ...portOf(first) };
  }
  let side: 'to' | 'from' = 'to';
  for (let i = 0; i < words.length && words[i] !== 'comment'; i += 2) {
    const [name = '', value] = words.slice(i, i + 2);
    if (value === undefined) throw new UfwError('Invalid syntax');
    if (name === 'from' || name === 'to') {
      side = name;
      rule[name] = addressOf(value, name);
    } else if (name === 'proto') rule.protocol = protocolOf(value);
    else if (name === 'port' && side === 'from') throw new UfwError('ports of senders are not simulated');
    else if (name === 'port') rule.port = portOf(value).port;
    else throw new UfwError('Invalid syntax');
  }
  if (/[,:]/.test(rule.port) && rule.protocol === 'any')
    throw new UfwError("Must specify 'tcp' or 'udp' with multiple ports");
  return rule;
}

function portOf(word: string): { port: string; protocol: string } {
  const [port = '', protocol = 'any'] = (SERVICES[word] ?? word).split('/');
  if (!/^\d+([,:]\d+)*$/.test(port))
    throw new UfwError(/^[\d,:]/.test(port) ? 'Bad port' : `Could not find a profile matching '${word}'`);
  if (port.split(/[,:]/).some((one) => Number(one) < 1 || Number(one) > 65_535))
    throw new UfwError(`Bad port '${port}'`);
  if (/[,:]/.test(port) && protocol === 'any')
    throw new UfwError("Must specify 'tcp' or 'udp' with multiple ports");
  return { port, protocol: protocolOf(protocol) };
}

function protocolOf(word: string): string {
  if (!/^(tcp|udp|any)$/.test(word)) throw new UfwError(`Unsupported protocol '${word}'`);
  return word;
}

function addressOf(word: string, side: string): string {
  if (word === 'any') return ANYWHERE;
  if (/^(\d{1,3}\.){3}\d{1,3}(\/\d{1,2})?$/.test(word)) return word;
  throw new UfwError(`Bad ${side === 'to' ? 'destination' : 'source'} address`);
}

/** A line of `/etc/ufw/user.rules`. */
export function tupleOf({ action, protocol, port, to, from, direction }: UfwRule): string {
  return `### tuple ### ${action} ${protocol} ${port} ${to} any ${from} ${direction}`;
}

export function rulesIn(text: string): UfwRule[] {
  return [...text.matchAll(/^### tuple ### (\S+) (\S+) (\S+) (\S+) any (\S+) (\S+)$/gm)].map(
    ([, action = '', protocol = '', port = '', to = '', from = '', direction = '']) => ({
      action,
      protocol,
      port,
      to,
      from,
      direction,
    }),
  );
}

/** Whether it holds for addresses of version 6 too, which nothing here has. */
export const isForBoth = ({ to, from }: UfwRule): boolean => to === ANYWHERE && from === ANYWHERE;

/** The rule in the words of iptables, one line for each protocol. */
export function kernelRules({ action, protocol, port, to, from }: UfwRule): string[][] {
  const target = { allow: 'ACCEPT', deny: 'DROP', reject: 'REJECT', limit: 'ACCEPT' }[action] as string;
  const addresses = [...(from === ANYWHERE ? [] : ['-s', from]), ...(to === ANYWHERE ? [] : ['-d', to])];
  if (port === 'any') return [[...addresses, ...(protocol === 'any' ? [] : ['-p', protocol]), '-j', target]];
  const protocols = protocol === 'any' ? ['tcp', 'udp'] : [protocol];
  return protocols.flatMap((one) =>
    port.split(',').map((range) => ['-p', one, ...addresses, '--dport', range, '-j', target]),
  );
}

/** A row of `ufw status`. */
export function statusRow(rule: UfwRule, isLong: boolean, v6: boolean): string {
  const { action, protocol, port, to, from, direction } = rule;
  const mark = v6 ? ' (v6)' : '';
  const place = (address: string) => (address === ANYWHERE ? `Anywhere${mark}` : address);
  const ports = port === 'any' ? '' : `${port}${protocol === 'any' ? '' : `/${protocol}`}`;
  const target =
    to !== ANYWHERE ? `${to}${ports === '' ? '' : ` ${ports}`}` : ports === '' ? place(to) : ports + mark;
  const way = direction === 'out' ? ' OUT' : isLong ? ' IN' : '';
  const row = [target, `${action.toUpperCase()}${way}`, place(from)];
  return `${(row[0] as string).padEnd(26)} ${(row[1] as string).padEnd(12)}${(row[2] as string).padEnd(26)}`;
}
