import type { Environment } from '@marcbachmann/cel-js';
import { equalValues } from './values.ts';

// Models apiserver/pkg/cel/library and cel-go/ext: the functions that rules and policies call beside the language's own.

/** An IP address inside an expression. */
class CelIp {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

class CelCidr {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

class CelUrl {
  readonly url: URL;

  constructor(url: URL) {
    this.url = url;
  }
}

/** What functions of a library belong to. */
class Sets {}
class Strings {}

export function addLibraries(environment: Environment): void {
  addStrings(environment);
  addSets(environment);
  addAddresses(environment);
  addUrls(environment);
}

function addStrings(environment: Environment): void {
  environment
    .registerType('StringsLibrary', { ctor: Strings })
    .registerConstant('strings', 'StringsLibrary', new Strings())
    .registerFunction('StringsLibrary.quote(string): string', (_: unknown, text: string) =>
      JSON.stringify(text),
    )
    .registerFunction('string.charAt(int): string', (text: string, at: bigint) => {
      const characters = [...text];
      if (at < 0n || at > characters.length) throw new Error(`index out of range: ${at}`);
      return characters[Number(at)] ?? '';
    })
    .registerFunction('string.replace(string, string): string', (text: string, old: string, by: string) =>
      text.split(old).join(by),
    )
    .registerFunction(
      'string.replace(string, string, int): string',
      (text: string, old: string, by: string, most: bigint) => replaced(text, old, by, Number(most)),
    )
    .registerFunction('string.format(list): string', format);
}

/** A negative number replaces all. */
function replaced(text: string, old: string, by: string, most: number): string {
  const parts = text.split(old);
  if (most < 0 || parts.length - 1 <= most) return parts.join(by);
  return parts.slice(0, most + 1).join(by) + old + parts.slice(most + 1).join(old);
}

/** Models cel-go/ext/formatting.go */
function format(text: string, args: readonly unknown[]): string {
  let next = 0;
  return text.replace(
    /%(?:%|\.(\d+))?([sdfeboxX])?/g,
    (whole, digits: string | undefined, clause: string) => {
      if (whole === '%%') return '%';
      if (next >= args.length) throw new Error(`index ${next} out of range`);
      const value = args[next++];
      if (clause === 'f') return Number(value).toFixed(Number(digits ?? 6));
      if (clause === 'e') return Number(value).toExponential(Number(digits ?? 6));
      const radix = { b: 2, o: 8, x: 16, X: 16 }[clause];
      if (radix && typeof value === 'bigint') {
        const shown = value.toString(radix);
        return clause === 'X' ? shown.toUpperCase() : shown;
      }
      return formatted(value);
    },
  );
}

function formatted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatted).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const pairs = Object.entries(value).map(([key, one]) => `${key}: ${formatted(one)}`);
  return `{${pairs.sort().join(', ')}}`;
}

function addSets(environment: Environment): void {
  const has = (list: readonly unknown[], item: unknown) => list.some((one) => equalValues(one, item));
  const covers = (list: readonly unknown[], items: readonly unknown[]) =>
    items.every((one) => has(list, one));
  type List = readonly unknown[];
  environment
    .registerType('SetsLibrary', { ctor: Sets })
    .registerConstant('sets', 'SetsLibrary', new Sets())
    .registerFunction('SetsLibrary.contains(list, list): bool', (_: unknown, a: List, b: List) =>
      covers(a, b),
    )
    .registerFunction(
      'SetsLibrary.equivalent(list, list): bool',
      (_: unknown, a: List, b: List) => covers(a, b) && covers(b, a),
    )
    .registerFunction('SetsLibrary.intersects(list, list): bool', (_: unknown, a: List, b: List) =>
      b.some((one) => has(a, one)),
    );
}

function addAddresses(environment: Environment): void {
  const ip = (text: string) => {
    if (isIP(text) === 0)
      throw new Error(`IP Address ${JSON.stringify(text)} parse error during conversion from string`);
    return new CelIp(text);
  };
  const cidr = (text: string) => {
    if (!isCidr(text))
      throw new Error(`CIDR ${JSON.stringify(text)} parse error during conversion from string`);
    return new CelCidr(text);
  };
  const within = (range: CelCidr, address: string, bits: number) => {
    const length = prefixLength(range.text);
    return (
      isIP(addressOf(range.text)) === isIP(address) &&
      bits >= length &&
      sameStart(range.text, address, length)
    );
  };
  const whole = (text: string) => (isIP(text) === 4 ? 32 : 128);
  environment
    .registerType('IPAddress', { ctor: CelIp })
    .registerType('CIDR', { ctor: CelCidr })
    .registerFunction('isIP(string): bool', (text: string) => isIP(text) !== 0)
    .registerFunction('ip(string): IPAddress', ip)
    .registerFunction('string(IPAddress): string', ({ text }: CelIp) => text)
    .registerFunction('IPAddress.family(): int', ({ text }: CelIp) => BigInt(isIP(text)))
    .registerFunction('IPAddress.isLoopback(): bool', ({ text }: CelIp) => /^127\.|^::1$/.test(text))
    .registerFunction(
      'IPAddress.isUnspecified(): bool',
      ({ text }: CelIp) => text === '0.0.0.0' || text === '::',
    )
    .registerFunction('isCIDR(string): bool', isCidr)
    .registerFunction('cidr(string): CIDR', cidr)
    .registerFunction('string(CIDR): string', ({ text }: CelCidr) => text)
    .registerFunction('CIDR.ip(): IPAddress', ({ text }: CelCidr) => new CelIp(addressOf(text)))
    .registerFunction('CIDR.prefixLength(): int', ({ text }: CelCidr) => BigInt(prefixLength(text)))
    .registerFunction('CIDR.containsIP(string): bool', (range: CelCidr, text: string) =>
      within(range, ip(text).text, whole(text)),
    )
    .registerFunction('CIDR.containsIP(IPAddress): bool', (range: CelCidr, { text }: CelIp) =>
      within(range, text, whole(text)),
    )
    .registerFunction('CIDR.containsCIDR(string): bool', (range: CelCidr, text: string) =>
      within(range, addressOf(cidr(text).text), prefixLength(text)),
    )
    .registerFunction('CIDR.containsCIDR(CIDR): bool', (range: CelCidr, { text }: CelCidr) =>
      within(range, addressOf(text), prefixLength(text)),
    );
}

const BYTE = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const V4 = new RegExp(`^(?:${BYTE}\\.){3}${BYTE}$`);

/** 4, 6, or 0 for what is no address. */
function isIP(text: string): 0 | 4 | 6 {
  if (V4.test(text) && !/(^|\.)0\d/.test(text)) return 4;
  if (!/^[\da-fA-F:]{2,39}$/.test(text) || /:::/.test(text)) return 0;
  const halves = text.split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (halves.length > 2 || groups.some((group) => !/^[\da-fA-F]{1,4}$/.test(group))) return 0;
  return (halves.length === 2 ? groups.length < 8 : groups.length === 8) ? 6 : 0;
}

function addressOf(cidr: string): string {
  return cidr.slice(0, cidr.indexOf('/'));
}

function prefixLength(cidr: string): number {
  return Number(cidr.slice(cidr.indexOf('/') + 1));
}

function isCidr(text: string): boolean {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
}

function sameStart(range: string, address: string, bits: number): boolean {
  return bitsOf(addressOf(range)).slice(0, bits) === bitsOf(address).slice(0, bits);
}

function bitsOf(address: string): string {
  if (isIP(address) === 4)
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [start, end] = [groups(head), groups(tail ?? '')];
  const middle =
    tail === undefined ? [] : new Array<string>(Math.max(0, 8 - start.length - end.length)).fill('0');
  return [...start, ...middle, ...end]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}

function addUrls(environment: Environment): void {
  const url = (text: string) => {
    // A path alone is an address, too.
    const base = text.startsWith('/') ? 'file://' : undefined;
    if (!URL.canParse(text, base))
      throw new Error(
        `URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`,
      );
    return new CelUrl(new URL(text, base));
  };
  environment
    .registerType('URL', { ctor: CelUrl })
    .registerFunction('isURL(string): bool', (text: string) => text.startsWith('/') || URL.canParse(text))
    .registerFunction('url(string): URL', url)
    .registerFunction('URL.getScheme(): string', (one: CelUrl) =>
      one.url.protocol.slice(0, -1).replace(/^file$/, ''),
    )
    .registerFunction('URL.getHost(): string', (one: CelUrl) => one.url.host)
    .registerFunction('URL.getHostname(): string', (one: CelUrl) => one.url.hostname)
    .registerFunction('URL.getPort(): string', (one: CelUrl) => one.url.port)
    .registerFunction('URL.getEscapedPath(): string', (one: CelUrl) => one.url.pathname);
}
