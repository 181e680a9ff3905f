import { describe, expect, it } from 'vitest';
import { startApiServer } from '../../cluster/apiserver/testing.ts';
import { JsonPath } from '../../objects/jsonpath.ts';
import { Clock } from '../../sim/index.ts';
import { bench } from './testing.ts';
import { toYaml } from './yaml.ts';
import { parseYaml } from './yaml-parser.ts';

describe('yaml', () => {
  it.each([
    ['x: 014\ny: yes\nd: 2024-01-01\n', { x: 12, true: true, d: '2024-01-01' }],
    ['a: &x {b: 1}\nc:\n  <<: *x\n  e: 2\n', { a: { b: 1 }, c: { e: 2, b: 1 } }],
    ['k: |\n  a\n   b\n', { k: 'a\n b\n' }],
  ])('reads %j as go-yaml does', (text, value) => {
    expect(parseYaml(text)).toEqual(value);
  });

  it.each([
    ['metadata:\n\tname: x\n', 'yaml: line 2: found character that cannot start any token'],
    ['a: 1\nb: {c: 1\n', "yaml: line 2: did not find expected ',' or '}'"],
    ['a: b: c\n', 'yaml: mapping values are not allowed in this context'],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => parseYaml(text)).toThrow(message);
  });

  it('quotes what would be read as something else', () => {
    const text = toYaml({ a: 'yes', b: '012', c: 'x: y', d: 'l\nm', e: '', f: "it's", n: null });
    expect(text).toBe('a: "yes"\nb: "012"\nc: \'x: y\'\nd: |-\n  l\n  m\ne: ""\nf: it\'s\n"n": null\n');
  });
});

describe('jsonpath', () => {
  const data = {
    items: [
      { n: 'a', v: 1 },
      { n: 'b', v: 2 },
    ],
  };
  it.each([
    ['{.items[*].n}', ['a', 'b']],
    ['{.items[-1:].n}', ['b']],
    ['{.items[?(@.v>1)].n}', ['b']],
    ['{range .items[*]}{.n}{";"}{end}', ['a', ';', 'b', ';']],
    ['{..v}', [1, 2]],
  ])('%s', (template, values) => {
    expect(new JsonPath(template).values(data)).toEqual(values);
  });
});

describe('the command line', () => {
  const { run } = bench();
  it.each([
    ['gett pods', 'error: unknown command "gett" for "kubectl"\n\nDid you mean this?\n\tset\n\tget\n'],
    ['get pod --wrong', "error: unknown flag: --wrong\nSee 'kubectl get --help' for usage.\n"],
    ['apply -f', "error: flag needs an argument: 'f' in -f\nSee 'kubectl apply --help' for usage.\n"],
    ['create deployment', 'error: required flag(s) "image" not set\n'],
    [
      'annotate -lx -Rz',
      "error: unknown shorthand flag: 'z' in -z\nSee 'kubectl annotate --help' for usage.\n",
    ],
  ])('%s', (words, stderr) => {
    expect(run(words.split(' '))).toEqual({ stdout: '', stderr, exit: 1 });
  });

  it('refuses in kubectl’s words when nobody listens', () => {
    const { stderr, exit } = run(['get', 'pods', '--server=http://127.0.0.1:1']);
    expect(exit).toBe(1);
    expect(stderr.split('\n').at(-2)).toBe(
      'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
    );
  });
});

describe('against an API server', () => {
  const clock = new Clock(Date.UTC(2026, 0, 1));
  const { server } = startApiServer({ clock });
  const admin = { name: 'kubernetes-admin', groups: ['system:masters'] };
  const { run } = bench({ clock, api: (request) => server.handle(request, admin) });
  const said = (words: string[], options = {}) => {
    const { stdout, stderr } = run(words, options);
    return stdout + stderr;
  };

  it('creates, changes and deletes', () => {
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: "1", b: "2"}\n';
    expect(said(['apply', '-f', '-'], { stdin: manifest })).toBe('configmap/c created\n');
    expect(said(['apply', '-f', '-'], { stdin: manifest })).toBe('configmap/c unchanged\n');
    expect(said(['apply', '-f', '-'], { stdin: manifest.replace(', b: "2"', '') })).toBe(
      'configmap/c configured\n',
    );
    expect(said(['get', 'cm', 'c', '-o', 'jsonpath={.data}'])).toBe('{"a":"1"}');
    expect(said(['label', 'cm', 'c', 'x=y'])).toBe('configmap/c labeled\n');
    expect(said(['get', 'cm', '-l', 'x=y', '-o', 'name'])).toBe('configmap/c\n');
    expect(said(['delete', 'cm', 'c'])).toBe('configmap "c" deleted\n');
    expect(said(['get', 'cm', 'c'])).toBe('Error from server (NotFound): configmaps "c" not found\n');
  });
});
