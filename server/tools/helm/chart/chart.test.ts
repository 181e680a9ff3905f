import { describe, expect, it } from 'vitest';
import { Random } from '../../../sim/index.ts';
import { toPlain } from '../functions/table.ts';
import { parseConstraint, parseVersion, type Version } from '../semver.ts';
import { DEFAULT_CAPABILITIES } from './capabilities.ts';
import type { Values } from './chart.ts';
import { processDependencies } from './dependencies.ts';
import { matchesGlob } from './files.ts';
import { loadFiles } from './load.ts';
import { sortManifests } from './manifests.ts';
import { renderChart, renderValues } from './render.ts';
import { schemaProblems } from './schema.ts';
import { parseInto, parseLiteralInto } from './strvals.ts';

function rendered(template: string, more: Record<string, string> = {}, given: Values = {}): string {
  const files = {
    'Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.2.3\n',
    'values.yaml': 'num: 3\ns: hello\nl: [c, a]\nm: {a: {b: 1}}\n',
    'templates/t.yaml': template,
    ...more,
  };
  const chart = loadFiles(Object.entries(files).map(([name, data]) => ({ name, data })));
  const how = {
    release: { name: 'r', namespace: 'ns', revision: 1, isUpgrade: false },
    capabilities: DEFAULT_CAPABILITIES,
    random: new Random(1),
    nowMs: Date.UTC(2026, 0, 2),
    lookup: () => ({}),
    warn: () => {},
    skipSchema: false,
  };
  processDependencies(chart, given, how.warn);
  return [...renderChart(chart, renderValues(chart, given, how), how).values()].join('');
}

describe('templates of a chart', () => {
  it.each([
    ['{{ .Values.s | upper | quote }} {{ .Values.num }} {{ .Values.missing }}', '"HELLO" 3 '],
    ['{{ toYaml .Values.m | nindent 2 }}', '\n  a:\n    b: 1'],
    ['{{ tpl "{{ .Release.Name }}" . }}{{ define "x" }}[{{ . }}]{{ end }}{{ include "x" 5 }}', 'r[5]'],
    ['{{ merge (dict "a" 1) (dict "a" 2 "b" 3) | toJson }} {{ dig "a" "b" 0 .Values.m }}', '{"a":1,"b":3} 1'],
    [
      '{{ .Capabilities.APIVersions.Has "apps/v1" }} {{ (semver "1.2.3").Minor }} {{ now | date "2006" }}',
      'true 2 2026',
    ],
    ['{{ .Files.Get "c.txt" }} {{ (.Files.Glob "d/*").AsConfig }}', 'C one: "1"'],
  ])('%s', (template, text) => {
    expect(rendered(template, { 'c.txt': 'C', 'd/one': '1' })).toBe(text);
  });

  it.each([
    [
      '{{ .Values.a.b.c }}',
      'template: app/templates/t.yaml:1:10: executing "app/templates/t.yaml" at <.Values.a.b.c>: nil pointer evaluating interface {}.b',
    ],
    ['{{ required "need x" .Values.x }}', 'execution error at (app/templates/t.yaml:1:3): need x'],
    ['{{ nosuch }}', 'parse error at (app/templates/t.yaml:1): function "nosuch" not defined'],
    [
      '{{ include "x" . }}{{ define "x" }}{{ include "x" . }}{{ end }}',
      /rendering template has a nested reference name: x/,
    ],
    ['{{ $x := repeat 8000000 "a" }}{{ range until 9000 }}{{ $x }}{{ end }}', /the output is too large/],
    ['{{ .Values.s | indent "x" }}', /expected integer; found "x"/],
  ])('%s fails as in helm', (template, message) => {
    expect(() => rendered(template)).toThrow(message);
  });

  it('hands values down to dependencies, which conditions switch off', () => {
    const child = {
      'Chart.yaml':
        'apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- {name: sub, version: ">=0", alias: al, condition: al.on}\n',
      'charts/sub/Chart.yaml': 'name: sub\nversion: 0.1.0\n',
      'charts/sub/values.yaml': 'a: own\nb: kept\n',
      'charts/sub/templates/t.yaml':
        '{{ .Chart.Name }} {{ .Values.a }} {{ .Values.b }} {{ .Values.global.g }}',
    };
    expect(rendered('', child, { al: { a: 'given' }, global: { g: 'all' } })).toBe('al given kept all');
    expect(rendered('', child, { al: { on: false } })).toBe('');
  });
});

describe('--set', () => {
  it.each([
    ['a.b=1,c=x', { a: { b: 1 }, c: 'x' }],
    ['l={a,2},m[1].k=true', { l: ['a', 2], m: [null, { k: true }] }],
    ['a\\.b=x\\,y,n=null,z=007', { 'a.b': 'x,y', n: null, z: '007' }],
  ])('%s', (text, values) => {
    const into: Values = {};
    parseInto(text, into, { kind: 'typed' });
    expect(into).toEqual(values);
  });

  it('takes JSON and literals', () => {
    const into: Values = {};
    parseInto('a={"x":[1,2]},b="s"', into, { kind: 'json' });
    parseLiteralInto('c=x,{y}', into);
    expect(toPlain(into)).toEqual({ a: { x: [1, 2] }, b: 's', c: 'x,{y}' });
  });

  it('tells of what has no value', () => {
    expect(() => parseInto('a', {}, { kind: 'typed' })).toThrow('key "a" has no value');
    expect(() => parseInto('a[x]=1', {}, { kind: 'typed' })).toThrow('error parsing index: strconv.Atoi');
  });
});

it.each([
  ['^1.2.3', '1.9.0', true],
  ['^0.2.3', '0.3.0', false],
  ['~1.2', '1.3.0', false],
  ['>=1.20-0', '1.29.1-gke.1', true],
  ['>1.0.0', '2.0.0-rc1', false],
  ['1.x || >=3, <4', '3.1.0', true],
  ['1.2 - 1.4', '1.5.0', false],
  ['!=1.5', '1.5.1', false],
])('version %s admits %s: %s', (range, version, admits) => {
  expect(parseConstraint(range)?.(parseVersion(version) as Version)).toBe(admits);
});

it('names what values lack of their schema', () => {
  const schema = {
    type: 'object',
    required: ['r'],
    properties: {
      n: { type: 'integer', minimum: 1 },
      o: { additionalProperties: false },
      e: { enum: ['a'] },
    },
  };
  expect(schemaProblems({ n: 0, o: { x: 1 }, e: 'b' }, JSON.stringify(schema))).toBe(
    '- (root): r is required\n- e: e must be one of the following: "a"\n- n: Must be greater than or equal to 1\n- o: Additional property x is not allowed\n',
  );
});

it('sorts manifests by their kinds and keeps hooks apart', () => {
  const text =
    'kind: Zoo\n---\nkind: Service\n---\nkind: Secret\n---\nkind: Job\nmetadata: {name: j, annotations: {helm.sh/hook: "pre-install, test"}}\n';
  const { hooks, manifests } = sortManifests(new Map([['a/templates/x.yaml', text]]), () => {});
  expect(manifests.map(({ kind }) => kind)).toEqual(['Secret', 'Service', 'Zoo']);
  expect(hooks).toMatchObject([{ name: 'j', events: ['pre-install', 'test'] }]);
});

it.each([
  ['d/*', 'd/x/y', false],
  ['d/**', 'd/x/y', true],
  ['*.{yaml,yml}', 'a.yml', true],
  ['[!a]?', 'bc', true],
])('glob %s and %s: %s', (pattern, name, matches) => {
  expect(matchesGlob(pattern, name)).toBe(matches);
});
