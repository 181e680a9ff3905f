/**
 * What is wrong with a name, a port, a key: lists of messages, empty when nothing is. Models
 * apimachinery/pkg/util/validation.
 */
const LABEL1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL1123}(\\.${LABEL1123})*`;
const SEARCH_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SEARCH = `${SEARCH_LABEL}(\\.${SEARCH_LABEL})*`;
const LABEL1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${QUALIFIED})?`;

const patterns = {
  label: new RegExp(`^${LABEL1123}$`),
  subdomain: new RegExp(`^${SUBDOMAIN}$`),
  search: new RegExp(`^${SEARCH}$`),
  label1035: new RegExp(`^${LABEL1035}$`),
  qualified: new RegExp(`^${QUALIFIED}$`),
  labelValue: new RegExp(`^${LABEL_VALUE}$`),
  wildcard: new RegExp(`^\\*\\.${SUBDOMAIN}$`),
};

const SUBDOMAIN_TEXT = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`;
const SEARCH_TEXT = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SEARCH}')`;
const LABEL_TEXT = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL1123}')`;
const LABEL1035_TEXT = `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${LABEL1035}')`;
const QUALIFIED_TEXT = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`;
const LABEL_VALUE_TEXT = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${LABEL_VALUE}')`;
const WILDCARD_TEXT = `a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.${SUBDOMAIN}')`;

const tooLong = (max: number) => `must be no more than ${max} characters`;

function check(value: string, max: number, pattern: RegExp, text: string): string[] {
  const problems = value.length > max ? [tooLong(max)] : [];
  if (!pattern.test(value.slice(0, 4 * max))) problems.push(text);
  return problems;
}

export function dnsLabel(value: string): string[] {
  return check(value, 63, patterns.label, LABEL_TEXT);
}

export function dnsSubdomain(value: string): string[] {
  return check(value, 253, patterns.subdomain, SUBDOMAIN_TEXT);
}

/** A domain that names are searched in, where underscores are known. */
export function searchDomain(value: string): string[] {
  return check(value, 253, patterns.search, SEARCH_TEXT);
}

export function dns1035Label(value: string): string[] {
  return check(value, 63, patterns.label1035, LABEL1035_TEXT);
}

export function wildcardSubdomain(value: string): string[] {
  return check(value, 253, patterns.wildcard, WILDCARD_TEXT);
}

export function pathSegment(value: string): string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((part) => value.includes(part)).map((part) => `may not contain '${part}'`);
}

/** Keys and values that were found right lately: most labels are those of many objects. */
const good = { keys: new Set<string>(), values: new Set<string>() };
const MAX_GOOD = 5000;

function remembered(known: Set<string>, value: string, check: (value: string) => string[]): string[] {
  if (known.has(value)) return [];
  const problems = check(value);
  if (problems.length === 0) {
    if (known.size >= MAX_GOOD) known.clear();
    known.add(value);
  }
  return problems;
}

export function qualifiedName(value: string): string[] {
  return remembered(good.keys, value, checkQualifiedName);
}

function checkQualifiedName(value: string): string[] {
  const parts = value.split('/');
  if (parts.length > 2) {
    return [
      `a qualified name ${QUALIFIED_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const problems: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0] as string;
    if (prefix === '') problems.push('prefix part must be non-empty');
    else problems.push(...dnsSubdomain(prefix).map((problem) => `prefix part ${problem}`));
  }
  const name = parts.at(-1) as string;
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push(`name part ${tooLong(63)}`);
  if (!patterns.qualified.test(name.slice(0, 256))) problems.push(`name part ${QUALIFIED_TEXT}`);
  return problems;
}

export function labelValue(value: string): string[] {
  return remembered(good.values, value, (one) => check(one, 63, patterns.labelValue, LABEL_VALUE_TEXT));
}

/** At least three segments, as names of webhooks have. */
export function fullyQualifiedName(value: string): string[] {
  const problems = dnsSubdomain(value);
  if (problems.length > 0) return problems;
  return value.split('.').length < 3
    ? ['should be a domain with at least three segments separated by dots']
    : [];
}

export function portNumber(value: number): string[] {
  return inRange(value, 1, 65535);
}

export function inRange(value: number, low: number, high: number): string[] {
  return value >= low && value <= high ? [] : [`must be between ${low} and ${high}, inclusive`];
}

export function portName(value: string): string[] {
  const problems: string[] = [];
  if (value.length > 15) problems.push(tooLong(15));
  if (!/^[-a-z0-9]+$/.test(value)) {
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(value)) problems.push('must contain at least one letter (a-z)');
  if (value.includes('--')) problems.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

/** As names were before RelaxedEnvironmentVariableValidation. */
export function strictEnvVarName(value: string): string[] {
  if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(value)) {
    return [
      "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')",
    ];
  }
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

export function envVarName(value: string): string[] {
  if (/^[ -<>-~]+$/.test(value)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

export function configMapKey(value: string): string[] {
  const problems = value.length > 253 ? [tooLong(253)] : [];
  if (!/^[-._a-zA-Z0-9]+$/.test(value)) {
    problems.push(
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    );
  }
  if (value === '.') problems.push("must not be '.'");
  else if (value === '..') problems.push("must not be '..'");
  else if (value.startsWith('..')) problems.push("must not start with '..'");
  return problems;
}

export function httpHeaderName(value: string): string[] {
  if (/^[-A-Za-z0-9]+$/.test(value)) return [];
  return [
    "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
  ];
}

export function percent(value: string): string[] {
  if (/^[0-9]+%$/.test(value)) return [];
  return [
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
  ];
}

const V4 = /^(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(\.(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])){3}$/;

export function isIp(value: string): boolean {
  return V4.test(value) || isIp6(value);
}

function isIp6(value: string): boolean {
  if (!/^[0-9a-fA-F:.]{2,45}$/.test(value) || !value.includes(':')) return false;
  const halves = value.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const v4 = last.includes('.') && V4.test(last);
  const hex = v4 ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = hex.length + (v4 ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

export function ipAddress(value: string): string[] {
  return isIp(value) ? [] : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
}

export function isCidr(value: string): boolean {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(value);
  if (!match) return false;
  const bits = Number(match[2]);
  const ip = match[1] as string;
  if (/^0\d/.test(match[2] as string)) return false;
  return V4.test(ip) ? bits <= 32 : isIp6(ip) && bits <= 128;
}

export function cidr(value: string): string[] {
  return isCidr(value) ? [] : ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
}
