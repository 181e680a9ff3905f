import { type ImageFamily, type ImageFiles, PATH } from './image.ts';
import { MARIADB } from './mariadb.ts';
import { MONGO } from './mongo.ts';
import { MYSQL } from './mysql.ts';
import { UNPRIVILEGED } from './network-tools.ts';
import { POSTGRES } from './postgres.ts';
import { REDIS } from './redis.ts';

/** What Bitnami has made of an image: other variables, a user of its own. */
interface Packaged {
  readonly name: string;
  readonly of: ImageFamily;
  readonly tags: readonly string[];
  readonly port: number;
  readonly data: string;
  /** The password that it does not start without, unless it may be empty. */
  readonly password?: string;
  /** Lines of shell before the server is started. */
  readonly starts: string;
}

const PACKAGES: readonly Packaged[] = [
  {
    ...{ name: 'nginx', of: UNPRIVILEGED, port: 8080, data: '/app' },
    tags: ['1.29.2', '1.29', '1.28.0', '1.28', '1.27.4', '1.27', '1.25.3', '1.25', '1.24.0', '1.23.4'],
    starts: 'exec nginx -g "daemon off;"',
  },
  {
    ...{ name: 'redis', of: REDIS, port: 6379, data: '/data', password: 'REDIS_PASSWORD' },
    tags: ['8.2.1', '8.2', '8.0.3', '8.0', '7.4.3', '7.4', '7.2.4', '7.2', '7.0.15', '7.0', '6.2.14', '6.2'],
    starts:
      'if [ -n "$REDIS_PASSWORD" ]; then set -- --requirepass "$REDIS_PASSWORD"; else set --; fi\nexec redis-server "$@"',
  },
  {
    ...{ name: 'postgresql', of: POSTGRES, port: 5432, data: '/var/lib/postgresql' },
    password: 'POSTGRESQL_PASSWORD',
    tags: ['17.6.0', '17', '16.4.0', '16', '15.4.0', '15', '14.9.0', '14', '13', '12', '11'],
    starts:
      'export POSTGRES_PASSWORD="$POSTGRESQL_PASSWORD" POSTGRES_USER="${POSTGRESQL_USERNAME:-postgres}" POSTGRES_DB="${POSTGRESQL_DATABASE:-postgres}"\n[ -n "$POSTGRESQL_PASSWORD" ] || export POSTGRES_HOST_AUTH_METHOD=trust\nexec docker-entrypoint.sh postgres',
  },
  ...(['mysql', 'mariadb'] as const).map(
    (name): Packaged => ({
      ...{ name, of: name === 'mysql' ? MYSQL : MARIADB, port: 3306, data: '/var/lib/mysql' },
      password: `${name.toUpperCase()}_ROOT_PASSWORD`,
      tags:
        name === 'mysql'
          ? ['9.4.0', '9.4', '8.4.6', '8.4', '8.0.42', '8.0', '5.7']
          : ['12.0.2', '12.0', '11.8.3', '11.4.7', '11.4', '10.11.14', '10.11', '10.6'],
      starts: `[ "$ALLOW_EMPTY_PASSWORD" != yes ] || export MYSQL_ALLOW_EMPTY_PASSWORD=yes\nexec docker-entrypoint.sh ${name === 'mysql' ? 'mysqld' : 'mariadbd'}`,
    }),
  ),
  {
    ...{ name: 'mongodb', of: MONGO, port: 27_017, data: '/data/db' },
    tags: ['8.0.13', '8.0', '7.0.21', '7.0', '6.0.13', '6.0', '5.0.24', '4.4.15'],
    starts:
      '[ -z "$MONGODB_ROOT_PASSWORD" ] || export MONGO_INITDB_ROOT_USERNAME="${MONGODB_ROOT_USER:-root}" MONGO_INITDB_ROOT_PASSWORD="$MONGODB_ROOT_PASSWORD"\nexec docker-entrypoint.sh mongod',
  },
];

/** Their tags have gone to another home; `latest` has stayed. */
type Home = 'bitnami' | 'bitnamilegacy';

function family(home: Home, one: Packaged): ImageFamily {
  const entrypoint = `/opt/bitnami/scripts/${one.name}/entrypoint.sh`;
  return {
    ...one.of,
    repository: `${home}/${one.name}`,
    tags: home === 'bitnami' ? ['latest'] : ['latest', ...one.tags],
    config: (tag) => ({
      entrypoint: [entrypoint],
      cmd: [`/opt/bitnami/scripts/${one.name}/run.sh`],
      user: '1001',
      ports: [`${one.port}/tcp`],
      env: { PATH, ...one.of.config(versionOf(one, tag)).env, BITNAMI_APP_NAME: one.name },
    }),
    files(into) {
      one.of.files({ ...into, tag: versionOf(one, into.tag) });
      into.write(entrypoint, scriptOf(one), 0o755);
      for (const directory of [one.data, ...CACHES]) own(into, directory);
    },
    programs: [],
  };
}

/** The tag of the image below: the release, or as much of its number as is known there. */
function versionOf({ of }: Packaged, tag: string): string {
  const parts = tag.split('.');
  const numbers = parts.map((_, i) => parts.slice(0, parts.length - i).join('.'));
  return numbers.find((number) => of.tags.includes(number)) ?? 'latest';
}

const CACHES = ['/var/cache/nginx', '/run', '/var/log/nginx', '/var/run/postgresql'];

/** Everybody may write the data: the user of these images is in the group of root. */
function own(into: ImageFiles, directory: string): void {
  into.fs.mkdirAll(directory);
  into.fs.chown(directory, 1001, 0);
  into.fs.chmod(directory, 0o777);
}

function scriptOf({ name, password, starts }: Packaged): string {
  const say = (level: string, words: string) =>
    `echo "${name} $(date +%H:%M:%S.00) ${level.padEnd(5)} ==> ${words}"`;
  const lines = [
    '#!/bin/bash',
    'case "$1" in */run.sh) ;; *) exec "$@" ;; esac',
    say('INFO', ''),
    say('INFO', `Welcome to the Bitnami ${name} container`),
    say('INFO', 'Subscribe to project updates by watching https://github.com/bitnami/containers'),
    say('INFO', ''),
    say('INFO', `** Starting ${name} setup **`),
    ...(password
      ? [
          `if [ -z "$${password}" ] && [ "$ALLOW_EMPTY_PASSWORD" != yes ]; then`,
          `  ${say('ERROR', `The ${password} environment variable is empty or not set. Set the environment variable ALLOW_EMPTY_PASSWORD=yes to allow the container to be started with blank passwords. This is only recommended for development.`)} >&2`,
          '  exit 1',
          'fi',
        ]
      : []),
    say('INFO', `** ${name} setup finished! **`),
    say('INFO', `** Starting ${name} **`),
    starts,
  ];
  return `${lines.join('\n')}\n`;
}

export const BITNAMI: readonly ImageFamily[] = PACKAGES.flatMap((one) => [
  family('bitnami', one),
  family('bitnamilegacy', one),
]);
