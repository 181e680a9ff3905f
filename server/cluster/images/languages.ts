import type { Context, Main } from '../../host/index.ts';
import { alpineBase, debianBase, shellOf } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';
import { withApache } from './php-apache.ts';
import { withFpm } from './php-fpm.ts';
import { releases, variants } from './tags.ts';

/** A language's image: it tells its version, programs of the language are refused. */
interface Language {
  readonly repository: string;
  readonly versions: ReadonlyMap<string, string>;
  readonly newest: string;
  readonly program: string;
  /** Its names on the search path. */
  readonly names: readonly string[];
  readonly variable: string;
  /** Default: the shell of its distribution. */
  readonly cmd?: readonly string[];
  readonly workingDir?: string;
  /** Arguments that ask for the version, and the answer. */
  readonly asks: RegExp;
  readonly says: (version: string) => string;
  readonly sizeBytes: number;
}

const versionOf = (context: Context, { variable, newest }: Language) => context.env.get(variable) ?? newest;

function main(language: Language): Main {
  return function* (context) {
    const args = context.args.slice(1);
    if (language.asks.test(args.join(' '))) {
      yield* context.out(language.says(versionOf(context, language)));
      return 0;
    }
    if (args.length === 0 && !context.isTerminal(0) && (yield* context.readAll(0)).trim() === '') return 0;
    yield* context.err(`${language.names[0]}: programs are not simulated here\n`);
    return 1;
  };
}

function family(language: Language, program = true): ImageFamily {
  return {
    repository: language.repository,
    tags: [...language.versions.keys()],
    sizeBytes: language.sizeBytes,
    config: (tag) => ({
      cmd: language.cmd ?? shellOf(tag),
      env: {
        PATH,
        [language.variable]: language.versions.get(tag) ?? language.newest,
      },
      ...(language.workingDir ? { workingDir: language.workingDir } : {}),
    }),
    files(into) {
      if (into.tag.includes('alpine')) alpineBase(into, '3.22.1');
      else debianBase(into, 'debian', '12 bookworm');
      for (const name of language.names) into.install(`/usr/local/bin/${name}`, language.program);
      if (language.workingDir) into.fs.mkdirAll(language.workingDir);
    },
    programs: program ? [{ name: language.program, main: main(language) }] : [],
  };
}

const DISTRIBUTIONS = [
  'alpine',
  'bookworm',
  'slim',
  'bullseye',
  'alpine3.22',
  'alpine3.20',
  'alpine3.18',
  'alpine3.11',
];

const JAVA_VERSIONS = variants(
  new Map(
    Object.entries({ 25: '25.0.1', 21: '21.0.9', 17: '17.0.17', 11: '11.0.29', 8: '1.8.0_472' }).flatMap(
      ([major, version]): [string, string][] => [
        [major, version],
        [version, version],
      ],
    ),
  ),
  '25.0.1',
  [
    'jdk',
    'jre',
    'slim',
    'jdk-slim',
    'jre-slim',
    'alpine',
    'jdk-alpine',
    'jre-alpine',
    'jdk-jammy',
    'jre-jammy',
    'ea',
  ],
);

const java = (repository: string): Language => ({
  repository,
  versions: JAVA_VERSIONS,
  newest: '25.0.1',
  program: 'java-image',
  names: ['java', 'javac', 'jshell'],
  variable: 'JAVA_VERSION',
  cmd: ['jshell'],
  asks: /^-?-version$/,
  says: (version) =>
    `openjdk version "${version}" 2025-10-21\nOpenJDK Runtime Environment (build ${version}+9)\nOpenJDK 64-Bit Server VM (build ${version}+9, mixed mode, sharing)\n`,
  sizeBytes: 190_000_000,
});

const RUBY: Language = {
  repository: 'ruby',
  versions: variants(releases({ '3.4': 7, '3.3': 10, '3.2': 9, '3.1': 7, '2.7': 8 }), '3.4.7', DISTRIBUTIONS),
  newest: '3.4.7',
  program: 'ruby-image',
  names: ['ruby', 'irb'],
  variable: 'RUBY_VERSION',
  cmd: ['irb'],
  asks: /^(-v|--version)$/,
  says: (version) => `ruby ${version} (2025-10-08 revision 7a5688e2a2) +PRISM [x86_64-linux]\n`,
  sizeBytes: 390_000_000,
};

const RUST: Language = {
  repository: 'rust',
  versions: variants(
    releases({ '1.91': 0, '1.90': 0, '1.85': 1, '1.80': 1, '1.75': 0 }),
    '1.91.0',
    DISTRIBUTIONS,
  ),
  newest: '1.91.0',
  program: 'rust-image',
  names: ['cargo', 'rustc'],
  variable: 'RUST_VERSION',
  asks: /^(-V|--version)$/,
  says: (version) => `rustc ${version} (stable)\n`,
  sizeBytes: 550_000_000,
};

const PHP: Language = {
  repository: 'php',
  versions: variants(
    releases({ '8.4': 14, '8.3': 27, '8.2': 29, '8.1': 33, '8.0': 30, '7.4': 33 }),
    '8.4.14',
    ['cli', 'cli-alpine', 'alpine', 'fpm', 'fpm-alpine', 'zts', 'apache', 'apache-bookworm'],
  ),
  newest: '8.4.14',
  program: 'php-image',
  names: ['php'],
  variable: 'PHP_VERSION',
  cmd: ['php', '-a'],
  workingDir: '/var/www/html',
  asks: /^(-v|--version)$/,
  says: (version) =>
    `PHP ${version} (cli) (built: Oct 21 2025 18:21:46) (NTS)\nCopyright (c) The PHP Group\nZend Engine v4.4.14, Copyright (c) Zend Technologies\n`,
  sizeBytes: 180_000_000,
};

/** Languages of which only the version is known. */
export const LANGUAGES: readonly ImageFamily[] = [
  family(java('openjdk')),
  ...['eclipse-temurin', 'amazoncorretto'].map((name) => family(java(name), false)),
  family(RUBY),
  family(RUST),
  withFpm(withApache(family(PHP))),
];
