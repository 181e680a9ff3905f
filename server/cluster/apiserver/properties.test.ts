import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError } from '../../objects/api-error.ts';
import { pathsOf } from '../../objects/field-set.ts';
import type { Client } from '../client/client.ts';
import { RESOURCES } from '../client/resources.ts';
import { startApiServer } from './testing.ts';

const { configmaps } = RESOURCES;
const NAMES = ['a', 'b', 'c', 'd', 'e'] as const;

/** Something that a client does to one of a few config maps. */
const operation = fc.record({
  verb: fc.constantFrom('put', 'put', 'delete'),
  name: fc.constantFrom(...NAMES),
  team: fc.constantFrom('x', 'y'),
  value: fc.integer({ min: 0, max: 3 }),
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

function perform(client: Client, { verb, name, team, value }: Operation): void {
  const body = { metadata: { name, labels: { team } }, data: { value: String(value) } };
  try {
    if (verb === 'delete') client.delete(configmaps, name, 'default');
    else if (client.list(configmaps, { fieldSelector: `metadata.name=${name}` }).items.length === 0)
      client.create(configmaps, body, 'default');
    else client.patch(configmaps, name, { type: 'merge', body }, 'default');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

const operations = fc.array(operation, { maxLength: 25 });
const SELECTORS = ['', 'team=x', 'team!=x', 'team in (x,y)'];
// A server takes a while to start, so that all runs of a test share one and start from what is there.
const { server, client: clientOf, log } = startApiServer();
const client = clientOf();
const runs = { numRuns: 40 };

test('pages of any size are the whole list, whatever happens between them', () => {
  const between = fc.array(operation, { maxLength: 5 });
  const property = fc.property(
    operations,
    between,
    fc.integer({ min: 1, max: 4 }),
    fc.constantFrom(...SELECTORS),
    (before, later, limit, labelSelector) => {
      for (const one of before) perform(client, one);
      const whole = client.list(configmaps, { namespace: 'default', labelSelector }).items;
      const items: unknown[] = [];
      let next = '';
      do {
        const query = new URLSearchParams({ limit: String(limit), labelSelector, continue: next });
        const path = `/api/v1/namespaces/default/configmaps?${query}`;
        const page = client.request({ method: 'GET', path, headers: {} }).value as any;
        items.push(...page.items);
        next = page.metadata.continue ?? '';
        for (const one of later) perform(client, one);
      } while (next !== '');
      expect(items).toEqual(whole);
    },
  );
  fc.assert(property, runs);
});

test('a watch from any revision leads from the state then to the state now', () => {
  const property = fc.property(operations, fc.constantFrom(...SELECTORS), (all, labelSelector) => {
    const states = [snapshot(labelSelector)];
    for (const one of all) {
      perform(client, one);
      states.push(snapshot(labelSelector));
    }
    const now = states.at(-1)?.objects;
    for (const { revision, objects } of states) {
      const state = new Map(objects);
      const watch = client.watch(configmaps, {
        namespace: 'default',
        labelSelector,
        resourceVersion: revision,
      });
      for (let event = watch.next(); event; event = watch.next()) {
        if (event.type === 'DELETED') state.delete(event.object.metadata.name);
        else state.set(event.object.metadata.name, event.object);
      }
      watch.close();
      expect([...state].sort()).toEqual([...(now ?? [])].sort());
    }
  });
  fc.assert(property, runs);
  expect(server.openWatches.size).toBe(0);
});

function snapshot(labelSelector: string) {
  const { items } = client.list(configmaps, { namespace: 'default', labelSelector });
  return {
    revision: String(log.revision),
    objects: items.map((item): [string, unknown] => [item.metadata.name, item]),
  };
}

// Not empty: an empty map is not kept, so that who gives one adds it anew.
const data = fc.dictionary(fc.constantFrom('k1', 'k2', 'k3'), fc.constantFrom('0', '1'), {
  minKeys: 1,
  maxKeys: 3,
});
const application = fc.record({ manager: fc.constantFrom('ann', 'bob'), data, force: fc.boolean() });

function apply({ manager, data: wanted, force }: { manager: string; data: object; force: boolean }): any {
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data: wanted };
  return client.patch(
    configmaps,
    'applied',
    { type: 'apply', body, fieldManager: manager, force },
    'default',
  );
}

/** Keys of the data that an entry owns. */
function owned(object: any, manager: string): string[] {
  const entry = object.metadata.managedFields?.find((one: any) => one.manager === manager);
  return pathsOf(entry?.fieldsV1 ?? {}).flatMap((path) => (/^\.data\.(.+)$/.exec(path) ?? []).slice(1));
}

test('an applier owns what it said last; who does not force changes nothing of others; every key has an owner', () => {
  const property = fc.property(fc.array(application, { maxLength: 8 }), (all) => {
    client.request({ method: 'DELETE', path: '/api/v1/namespaces/default/configmaps', headers: {} });
    const said = new Map<string, Record<string, string>>();
    let live: Record<string, string> = {};
    for (const one of all) {
      const others = [...said].filter(([manager]) => manager !== one.manager);
      const against = Object.entries(one.data).some(([key, value]) =>
        others.some(([, theirs]) => key in theirs && live[key] !== value),
      );
      let object: any;
      try {
        object = apply(one);
      } catch (error) {
        expect([(error as ApiError).code, against, one.force]).toEqual([409, true, false]);
        continue;
      }
      expect(against && !one.force).toBe(false);
      // What is taken by force is no longer the others'.
      for (const [, theirs] of others)
        for (const key of Object.keys(one.data)) if (live[key] !== one.data[key]) delete theirs[key];
      said.set(one.manager, { ...one.data });
      live = object.data ?? {};
      expect(live).toEqual(Object.assign({}, ...others.map(([, theirs]) => theirs), one.data));
      for (const [manager, theirs] of said)
        expect(owned(object, manager)).toEqual(Object.keys(theirs).sort());
      expect(apply({ ...one, force: true }).metadata.resourceVersion).toBe(object.metadata.resourceVersion);
    }
  });
  fc.assert(property, { numRuns: 60 });
});
