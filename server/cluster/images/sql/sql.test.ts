import { describe, expect, test } from 'vitest';
import { Disk, filesOn } from '../../../host/index.ts';
import { Clock } from '../../../sim/index.ts';
import { mysqlError, mysqlOutput } from '../programs/mysql-words.ts';
import { postgresError, printTable } from '../programs/psql-words.ts';
import { Catalog } from './catalog.ts';
import { SqlError } from './errors.ts';
import { mysqlLayout, postgresLayout } from './layouts.ts';
import { SqlServer, type SqlSession } from './server.ts';
import type { Dialect } from './syntax.ts';
import { statements } from './tokens.ts';

const START = Date.UTC(2026, 10, 21, 9, 0, 0);

function files() {
  const fs = filesOn(new Disk({ clock: new Clock(START), type: 'overlay' }));
  fs.mkdirAll('/d/global');
  fs.mkdirAll('/d/mysql');
  return fs;
}

function serverOn(fs: ReturnType<typeof files>, dialect: Dialect): SqlServer {
  const layout = dialect === 'mysql' ? mysqlLayout('/d') : postgresLayout('/d');
  return new SqlServer({ dialect, catalog: new Catalog(fs, layout), version: '8.0.44', now: () => START });
}

function sessionOn(fs: ReturnType<typeof files>, dialect: Dialect): SqlSession {
  const server = serverOn(fs, dialect);
  if (!server.catalog.hasDatabase('shop')) server.catalog.createDatabase('shop');
  server.catalog.setUser('root', { password: '', superuser: true, grants: ['*'] });
  const session = server.session('root', 'localhost');
  session.use('shop');
  return session;
}

/** What the dialect's client prints for a script, up to its first error. */
function play(session: SqlSession, script: string): string {
  const { dialect } = session.server;
  const { done, rest } = statements(script, dialect);
  let out = '';
  for (const statement of [...done, rest].map((one) => one.trim()).filter(Boolean)) {
    try {
      const outcome = session.run(statement);
      if (dialect === 'mysql') out += mysqlOutput(outcome, { boxes: false, talks: false, names: true });
      else if (outcome.kind === 'rows') out += printTable(outcome, { aligned: true, tuplesOnly: false });
      else out += `${outcome.tag}\n`;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      if (dialect === 'mysql') return `${out}${mysqlError(error.problem, session).replace('\0', ': ')}`;
      const { message, more } = postgresError(error.problem, statement);
      return `${out}ERROR:  ${message}\n${more}`;
    }
  }
  return out;
}

const ITEMS =
  'create table items (id int auto_increment primary key, name varchar(5) not null, price decimal(6,2) default 1.5);';

const MYSQL_CASES: readonly [script: string, shown: string][] = [
  [
    `${ITEMS} insert into items (name) values ('a'), ("b"); select * from items`,
    'id\tname\tprice\n1\ta\t1.50\n2\tb\t1.50\n',
  ],
  [
    `${ITEMS} insert into items values (7,'x',2),(null,'y',null); select id, price from items order by id desc limit 1`,
    'id\tprice\n8\tNULL\n',
  ],
  [
    `${ITEMS} insert into items (name, price) values ('a',1),('a',3),('b',5); select name, count(*) as n, sum(price) from items where price > 0 group by name order by n desc`,
    'name\tn\tsum(price)\na\t2\t4\nb\t1\t5\n',
  ],
  [
    `${ITEMS} insert into items (name) values ('a'); update items set price = price * 2 where name like 'A%'; select price from items`,
    'price\n3.00\n',
  ],
  [
    `${ITEMS} begin; insert into items (name) values ('a'); rollback; select count(*) from items`,
    'count(*)\n0\n',
  ],
  [`${ITEMS} show tables`, 'Tables_in_shop\nitems\n'],
  [
    `${ITEMS} insert into items (id, name) values (1,'a'),(1,'b')`,
    "ERROR 1062 (23000): Duplicate entry '1' for key 'items.PRIMARY'",
  ],
  [
    `${ITEMS} insert into items (name) values ('abcdef')`,
    "ERROR 1406 (22001): Data too long for column 'name' at row 1",
  ],
  [
    `${ITEMS} insert into items (price) values (1)`,
    "ERROR 1364 (HY000): Field 'name' doesn't have a default value",
  ],
  [
    `${ITEMS} insert into items (id, name) values ('x', 'a')`,
    "ERROR 1366 (HY000): Incorrect integer value: 'x' for column 'id' at row 1",
  ],
  [
    `${ITEMS} insert into items values (1)`,
    "ERROR 1136 (21S01): Column count doesn't match value count at row 1",
  ],
  [`${ITEMS} select nope from items`, "ERROR 1054 (42S22): Unknown column 'nope' in 'field list'"],
  ['select * from nix', "ERROR 1146 (42S02): Table 'shop.nix' doesn't exist"],
  ['create database shop', "ERROR 1007 (HY000): Can't create database 'shop'; database exists"],
  ['use nope', "ERROR 1049 (42000): Unknown database 'nope'"],
  ['select * from a join b', "ERROR 1235 (42000): This version of MySQL doesn't yet support 'JOIN'"],
  [
    'selec 1',
    "ERROR 1064 (42000): You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near 'selec 1' at line 1",
  ],
  [
    "create user 'app'@'%' identified by 'x'; grant all privileges on shop.* to 'app'@'%'; flush privileges; select user from mysql.user where user = 'app'",
    'user\napp\n',
  ],
  [
    "select 1 + 2 * 3, 7 / 2, null is null, concat('a', 'b'), upper('x')",
    "1 + 2 * 3\t7 / 2\tnull is null\tconcat('a', 'b')\tupper('x')\n7\t3.5000\t1\tab\tX\n",
  ],
];

const TABLE =
  'create table items (id serial primary key, name text not null, price numeric(6,2) default 1.5, ok boolean);';
const POSTGRES_CASES: readonly [script: string, shown: string][] = [
  [
    `${TABLE} insert into items (name, ok) values ('apple', true), ('pear', null); select * from items`,
    'CREATE TABLE\nINSERT 0 2\n id | name  | price | ok \n----+-------+-------+----\n  1 | apple |  1.50 | t\n  2 | pear  |  1.50 | \n(2 rows)\n\n',
  ],
  [
    `${TABLE} insert into items (name, price) values ('apple', 3), ('pear', null); select count(*), avg(price), max(name) from items`,
    'CREATE TABLE\nINSERT 0 2\n count |        avg         | max  \n-------+--------------------+------\n     2 | 3.0000000000000000 | pear\n(1 row)\n\n',
  ],
  ['select 1', ' ?column? \n----------\n        1\n(1 row)\n\n'],
  [
    `${TABLE} select nope from items`,
    'CREATE TABLE\nERROR:  column "nope" does not exist\nLINE 1: select nope from items\n               ^\n',
  ],
  [
    'select * from nix',
    'ERROR:  relation "nix" does not exist\nLINE 1: select * from nix\n                      ^\n',
  ],
  ['selec 1', 'ERROR:  syntax error at or near "selec"\nLINE 1: selec 1\n        ^\n'],
  [
    `${TABLE} insert into items (id, name) values (1, 'a'), (1, 'b')`,
    'CREATE TABLE\nERROR:  duplicate key value violates unique constraint "items_pkey"\nDETAIL:  Key (id)=(1) already exists.\n',
  ],
  [
    `${TABLE} insert into items (name) values (null)`,
    'CREATE TABLE\nERROR:  null value in column "name" of relation "items" violates not-null constraint\nDETAIL:  Failing row contains (1, null, 1.50, null).\n',
  ],
  [
    "create user app with password 'x'; drop user nobody",
    'CREATE ROLE\nERROR:  role "nobody" does not exist\n',
  ],
  ['select 1/0', 'ERROR:  division by zero\n'],
  ['show databases', 'ERROR:  syntax error at or near "show"\nLINE 1: show databases\n        ^\n'],
];

describe('what the clients show', () => {
  test.each(MYSQL_CASES)('mysql: %s', (script, shown) => {
    expect(play(sessionOn(files(), 'mysql'), script)).toBe(shown);
  });
  test.each(POSTGRES_CASES)('psql: %s', (script, shown) => {
    expect(play(sessionOn(files(), 'postgres'), script)).toBe(shown);
  });
});

test.each(['mysql', 'postgres'] as const)('what %s was told is on its disk', (dialect) => {
  const fs = files();
  play(
    sessionOn(fs, dialect),
    'create table t (a int); insert into t values (1), (2); delete from t where a = 1',
  );
  expect(play(sessionOn(fs, dialect), 'select a from t')).toContain('2');
});

test('a pattern that would keep a matcher busy is counted, not run away with', () => {
  const session = sessionOn(files(), 'mysql');
  expect(play(session, `select '${'a'.repeat(2000)}' like '${'%a'.repeat(500)}b' as x`)).toBe('x\n0\n');
});
