import type { Files } from '../../../host/index.ts';
import type { Layout } from './catalog.ts';

/** MySQL: a directory for each database, `mysql` for its own. */
export function mysqlLayout(root: string): Layout {
  const own = new Set(['mysql', 'performance_schema', 'sys']);
  return {
    users: `${root}/mysql/user.ibd`,
    databases: (fs) =>
      new Map(
        fs
          .list(root)
          .filter(
            (name) =>
              fs.isDirectory(`${root}/${name}`) && !own.has(name) && !/^[#.]|^lost\+found$/.test(name),
          )
          .map((name) => [name, `${root}/${name}`]),
      ),
    create: (fs, name) => {
      fs.mkdirAll(`${root}/${name}`);
      return `${root}/${name}`;
    },
    drop: (fs, name) => fs.removeAll(`${root}/${name}`),
    file: (directory, table) => `${directory}/${table}.ibd`,
    tableOf: (file) => (file.endsWith('.ibd') ? file.slice(0, -'.ibd'.length) : undefined),
  };
}

const FIRST_OID = 16_384;

/** PostgreSQL: databases by number below `base`, their names in a table of the whole cluster. */
export function postgresLayout(root: string): Layout {
  const names = `${root}/global/1262`;
  const read = (fs: Files): [string, number][] =>
    fs.isFile(names) ? Object.entries(JSON.parse(fs.read(names)) as Record<string, number>) : [];
  const write = (fs: Files, all: readonly [string, number][]) =>
    fs.write(names, JSON.stringify(Object.fromEntries(all)));
  return {
    users: `${root}/global/1260`,
    databases: (fs) => new Map(read(fs).map(([name, oid]) => [name, `${root}/base/${oid}`])),
    create: (fs, name) => {
      const known = read(fs);
      const oid = Math.max(FIRST_OID - 1, ...known.map(([, number]) => number)) + 1;
      write(fs, [...known, [name, oid]]);
      fs.mkdirAll(`${root}/base/${oid}`);
      return `${root}/base/${oid}`;
    },
    drop: (fs, name) => {
      const oid = read(fs).find(([known]) => known === name)?.[1];
      write(
        fs,
        read(fs).filter(([known]) => known !== name),
      );
      if (oid !== undefined) fs.removeAll(`${root}/base/${oid}`);
    },
    file: (directory, table) => `${directory}/${table}`,
    tableOf: (file) => (/^PG_VERSION|^pg_/.test(file) ? undefined : file),
  };
}
