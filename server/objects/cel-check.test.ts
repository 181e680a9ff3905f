import { expect, test } from 'vitest';
import { celValue, compileCel } from './cel.ts';
import { type CelType, checkCel, scalar } from './cel-check.ts';
import { CALL_LIMIT, OBJECT_BUDGET } from './cel-meter.ts';

const self: CelType = {
  kind: 'object',
  fields: {
    replicas: scalar('int'),
    name: scalar('string'),
    ports: { kind: 'list', of: { kind: 'object', fields: { port: scalar('int') } } },
    labels: { kind: 'map', of: scalar('string') },
  },
};
const mark = (source: string, column: number, text: string) =>
  `ERROR: <input>:1:${column}: ${text}\n | ${source}\n | ${'.'.repeat(column - 1)}^`;

test.each([
  ['self.replica > 1', 5, "undefined field 'replica'"],
  ['object.replicas > 1', 1, "undeclared reference to 'object' (in container '')"],
  ['self.replicas == "3"', 15, "found no matching overload for '_==_' applied to '(int, string)'"],
  ['self.name + 1 == "a"', 11, "found no matching overload for '_+_' applied to '(string, int)'"],
  ['self.ports.all(p, p.prot > 0)', 20, "undefined field 'prot'"],
  ['!self.replicas', 1, "found no matching overload for '!_' applied to '(int)'"],
  ['has(self.name.first)', 14, "type 'string' does not support field selection"],
])('%s', (source, column, text) =>
  expect(checkCel(source, { self }).problem).toBe(mark(source, column, text)),
);

test.each([
  ['self.replicas > 1.5 && self.labels.all(k, self.labels[k] != "")', 'bool'],
  ['self.ports.map(p, p.port).exists(x, x in [80, 443])', 'bool'],
  ['has(self.name) ? self.name : "none"', 'string'],
  ['self.?name.optMap(n, n.size() > 3).orValue(true)', 'dyn'],
  ['cel.bind(x, self.replicas, x * 2 > 4)', 'bool'],
  ['type(self.replicas) == int', 'bool'],
  ['quantity("1Gi").isGreaterThan(quantity("1Mi"))', 'dyn'],
  ['self.replicas + 1', 'int'],
])('%s is sound', (source, type) => expect(checkCel(source, { self })).toEqual({ problem: undefined, type }));

test('what cannot be read is said where it stands', () => {
  expect(checkCel('self.name ==', { self }).problem).toContain(
    "ERROR: <input>:1:13: Syntax error: mismatched input '<EOF>' expecting {'[', '{',",
  );
});

test.each([
  ['self.?a.optMap(x, x + 1).orValue(0)', { a: 4 }, 5n],
  ['self.?b.optMap(x, x + 1).orValue(0)', { a: 4 }, 0n],
  ['self.?a.optFlatMap(x, x.?b).optMap(y, y * 2).orValue(-1)', { a: { b: 3 } }, 6n],
  ['self.?a.optFlatMap(x, x.?c.optMap(y, y * 2)).hasValue()', { a: { b: 3 } }, false],
])('%s of %j', (source, value, result) =>
  expect(compileCel(source)({ self: celValue(value) })).toEqual(result),
);

test('an expression that takes too long is stopped, whatever would come of it', () => {
  const self = celValue(Array.from({ length: 700 }, (_, i) => i));
  const budget = { left: OBJECT_BUDGET };
  const run = () => compileCel('self.all(a, self.all(b, a <= b || b <= a)) || true')({ self }, budget);
  expect(run).toThrow('operation cancelled: actual cost limit exceeded');
  expect(OBJECT_BUDGET - budget.left).toBe(CALL_LIMIT);
});
