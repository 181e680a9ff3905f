import type { Main } from '../../host/index.ts';
import { debianBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';
import { work } from './serve.ts';
import { releases, variants } from './tags.ts';

const NEWEST = '5.42.0';
const VERSIONS = variants(
  releases({ '5.42': 0, '5.40': 3, '5.38': 5, '5.36': 3, '5.34': 3, '5.32': 1, '5.30': 3, '5.28': 3 }),
  NEWEST,
  ['slim', 'bookworm'],
);
/** Digits that are computed at most; CPU for each thousand of them. */
const MAX_DIGITS = 5000;
const CPU_MS_PER_THOUSAND = 900;

/** The first digits of pi, by Machin's formula. */
function pi(digits: number): string {
  const scale = 10n ** BigInt(digits + 10);
  const arctan = (inverse: bigint) => {
    let term = scale / inverse;
    let sum = term;
    for (let n = 3n, sign = -1n; term !== 0n; n += 2n, sign = -sign) {
      term /= inverse * inverse;
      sum += (sign * term) / n;
    }
    return sum;
  };
  const value = (4n * (4n * arctan(5n) - arctan(239n))).toString();
  return `${value[0]}.${value.slice(1, digits)}`;
}

/** perl, as the guide on Jobs uses it; other programs of the language are refused. */
const perl: Main = function* (context) {
  const args = context.args.slice(1);
  if (args.includes('-v') || args.includes('--version')) {
    const version = context.env.get('PERL_VERSION') ?? '5.34.0';
    yield* context.out(
      `\nThis is perl 5, version ${version.split('.')[1]}, subversion ${version.split('.')[2]} (v${version}) built for x86_64-linux-gnu\n\n`,
    );
    return 0;
  }
  const digits = Number(/^\s*print\s+bpi\((\d+)\)\s*;?\s*$/.exec(args.at(-1) ?? '')?.[1]);
  if (args.includes('-Mbignum=bpi') && digits > 0 && digits <= MAX_DIGITS) {
    yield* work(context, (digits / 1000) * CPU_MS_PER_THOUSAND);
    yield* context.out(`${pi(digits)}\n`);
    return 0;
  }
  const [, text] = /^\s*print\s+["']([^"'$@]*)["']\s*;?\s*$/.exec(args.at(-1) ?? '') ?? [];
  if (text !== undefined && args.some((arg) => /^-\w*e$/.test(arg))) {
    yield* context.out(
      text.replaceAll('\\n', '\n') + (args.some((arg) => /^-\w*l\w*e$/.test(arg)) ? '\n' : ''),
    );
    return 0;
  }
  yield* context.err('perl: scripts are not simulated here, but for print and bpi\n');
  return 255;
};

export const PERL: ImageFamily = {
  repository: 'perl',
  tags: [...VERSIONS.keys()],
  sizeBytes: 336_000_000,
  config: (tag) => ({
    cmd: [`perl${VERSIONS.get(tag) ?? NEWEST}`, '-de0'],
    env: { PATH, PERL_VERSION: VERSIONS.get(tag) ?? NEWEST },
    workingDir: '/usr/src/app',
  }),
  files(into) {
    debianBase(into, 'debian', '12 bookworm');
    for (const name of ['perl', `perl${VERSIONS.get(into.tag) ?? NEWEST}`])
      into.install(`/usr/local/bin/${name}`, 'perl-image');
    into.fs.mkdirAll('/usr/src/app');
  },
  programs: [{ name: 'perl-image', main: perl }],
};
