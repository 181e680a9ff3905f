/** A version as Masterminds/semver reads it: what is left out counts as 0. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly prerelease: string;
  readonly metadata: string;
  readonly original: string;
  /** How many of the three numbers stood there. */
  readonly parts: number;
}

const SHAPE =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?(?:\+([\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?$/;

export function parseVersion(text: string): Version | undefined {
  const match = SHAPE.exec(text);
  if (!match) return undefined;
  const [, major, minor, patch, prerelease = '', metadata = ''] = match;
  const parts = [major, minor, patch].filter((part) => part !== undefined).length;
  const [a, b, c] = [major, minor, patch].map((part) => Number(part ?? 0)) as [number, number, number];
  return { major: a, minor: b, patch: c, prerelease, metadata, original: text, parts };
}

export function versionText({ major, minor, patch, prerelease, metadata }: Version): string {
  return `${major}.${minor}.${patch}${prerelease && `-${prerelease}`}${metadata && `+${metadata}`}`;
}

export function compareVersions(a: Version, b: Version): number {
  const numbers = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
  if (numbers !== 0 || a.prerelease === b.prerelease) return numbers;
  if (a.prerelease === '') return 1;
  return b.prerelease === '' ? -1 : comparePrereleases(a.prerelease.split('.'), b.prerelease.split('.'));
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]];
    if (one === other) continue;
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    const numbers = [one, other].map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN)) as [
      number,
      number,
    ];
    if (!Number.isNaN(numbers[0]) && !Number.isNaN(numbers[1])) return numbers[0] - numbers[1];
    if (Number.isNaN(numbers[0]) !== Number.isNaN(numbers[1])) return Number.isNaN(numbers[0]) ? 1 : -1;
    return one < other ? -1 : 1;
  }
  return 0;
}

type Test = (version: Version) => boolean;

const RANGE = /\s+-\s+/;
const TERM =
  /^(=|!=|>|<|>=|=>|<=|=<|~|~>|\^)?\s*(v?[\dxX*]+(?:\.[\dxX*]+){0,2}(?:-[\dA-Za-z.-]+)?(?:\+[\dA-Za-z.-]+)?)/;

/** A range of versions; undefined when it cannot be read. Models Masterminds/semver Constraints. */
export function parseConstraint(text: string): Test | undefined {
  const alternatives: Test[] = [];
  for (const part of text.split('||')) {
    const tests = allOf(part.trim());
    if (!tests) return undefined;
    alternatives.push((version) => tests.every((test) => test(version)));
  }
  return (version) => alternatives.some((test) => test(version));
}

function allOf(text: string): Test[] | undefined {
  const spread = text.split(RANGE);
  const written = spread.length === 2 ? `>=${spread[0]} <=${spread[1]}` : text;
  const tests: Test[] = [];
  for (let rest = written.trim(); rest !== ''; ) {
    const match = TERM.exec(rest);
    const test = match && termTest(match[1] ?? '', match[2] as string);
    if (!match || !test) return undefined;
    tests.push(test);
    rest = rest.slice(match[0].length).replace(/^[\s,]+/, '');
  }
  return tests.length > 0 ? tests : undefined;
}

function termTest(sign: string, text: string): Test | undefined {
  const [numbers = '', ...tail] = text.replace(/^v/, '').split(/(?=[-+])/);
  const parts = numbers.split('.');
  const wild = parts.findIndex((part) => /^[xX*]$/.test(part));
  const known = wild >= 0 ? wild : parts.length;
  if (known === 0) return (version) => version.prerelease === '' && sign !== '!=';
  const bound = parseVersion(parts.slice(0, known).join('.') + tail.join(''));
  if (!bound) return undefined;
  const test = comparison(sign, bound, known);
  return (version) => (version.prerelease === '' || bound.prerelease !== '') && test(version);
}

/** `known`: how many numbers of the bound are given. */
function comparison(sign: string, bound: Version, known: number): Test {
  const at = (version: Version) => compareVersions(version, bound);
  const next = (place: number): Version => {
    const { major, minor, patch } = bound;
    const [a, b, c] = [
      [major + 1, 0, 0],
      [major, minor + 1, 0],
      [major, minor, patch + 1],
    ][place] as [number, number, number];
    return { ...bound, major: a, minor: b, patch: c, prerelease: '', metadata: '' };
  };
  const within = (place: number): Test => {
    const end = next(place);
    return (version) => at(version) >= 0 && compareVersions(version, end) < 0;
  };
  const end = known < 3 ? next(known - 1) : undefined;
  switch (sign) {
    case '!=':
      return end ? (version) => !within(known - 1)(version) : (version) => at(version) !== 0;
    case '>':
      return end ? (version) => compareVersions(version, end) >= 0 : (version) => at(version) > 0;
    case '<':
      return (version) => at(version) < 0;
    case '>=':
    case '=>':
      return (version) => at(version) >= 0;
    case '<=':
    case '=<':
      return end ? (version) => compareVersions(version, end) < 0 : (version) => at(version) <= 0;
    case '~':
    case '~>':
      return within(Math.min(known - 1, 1));
    case '^':
      return within(bound.major > 0 || known === 1 ? 0 : bound.minor > 0 || known === 2 ? 1 : 2);
    default:
      return end ? within(known - 1) : (version) => at(version) === 0;
  }
}
