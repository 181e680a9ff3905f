import type { Random } from '../../../sim/index.ts';
import { BUILTINS, type GoFunction } from '../../go-template/functions.ts';
import { GoStruct } from '../../go-template/values.ts';
import { compareVersions, parseConstraint, parseVersion, versionText } from '../semver.ts';
import { COLLECTIONS } from './collections.ts';
import { dates } from './dates.ts';
import { ENCODINGS } from './encodings.ts';
import { NUMBERS } from './numbers.ts';
import { randoms } from './random.ts';
import { STRINGS } from './strings.ts';
import { type Functions, fn, refuse } from './table.ts';

function semver(text: string): GoStruct {
  const version = parseVersion(text);
  if (!version) return refuse('invalid semantic version');
  const { major, minor, patch, prerelease, metadata } = version;
  const numbers = { Major: major, Minor: minor, Patch: patch };
  return new GoStruct(
    '*semver.Version',
    {},
    {
      text: versionText(version),
      methods: {
        ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, () => value])),
        Prerelease: () => prerelease,
        Metadata: () => metadata,
        Original: () => version.original,
        String: () => versionText(version),
        Compare: (other: GoStruct) =>
          BigInt(Math.sign(compareVersions(version, parseVersion(other.text ?? '') ?? version))),
      },
    },
  );
}

const VERSIONS: Functions = {
  semver: fn('string', semver),
  semverCompare: fn('string string', (range: string, text: string) => {
    const constraint = parseConstraint(range);
    if (!constraint) return refuse(`improper constraint: ${range}`);
    const version = parseVersion(text);
    return version ? constraint(version) : refuse('invalid semantic version');
  }),
  fail: fn('string', refuse),
};

const FIXED: readonly [string, GoFunction][] = [
  ...BUILTINS,
  ...[STRINGS, COLLECTIONS, NUMBERS, ENCODINGS, VERSIONS].flatMap((table) => Object.entries(table)),
];

/** What a chart's templates may call, but for what depends on the chart. Models helm/pkg/engine/funcs.go funcMap. */
export function chartFunctions(random: Random, nowMs: number): Map<string, GoFunction> {
  return new Map([...FIXED, ...Object.entries(dates(nowMs)), ...Object.entries(randoms(random, nowMs))]);
}
