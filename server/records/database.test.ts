import { expect, test } from 'vitest';
import { Database } from './database.ts';

test('a statement is prepared once, however often it is asked for', () => {
  const database = new Database(':memory:');
  expect(database.prepared('select 1')).toBe(database.prepared('select 1'));
  database.close();
});

test('a transaction that fails leaves nothing', () => {
  const database = new Database(':memory:');
  database.execute('create table t (a)');
  const insert = database.prepared('insert into t values (?)');
  const failing = () =>
    database.transaction(() => {
      insert.run(1);
      throw new Error('no');
    });
  expect(failing).toThrow('no');
  database.transaction(() => insert.run(2), { immediate: true });
  expect(database.prepared('select a from t').all()).toEqual([{ a: 2 }]);
  database.close();
});
