import type { Random } from '../../../sim/index.ts';
import { FunctionError, type GoFunction, held } from '../../go-template/functions.ts';
import { TemplateError } from '../../go-template/syntax.ts';
import { TemplateSet } from '../../go-template/template.ts';
import { GoStruct, plain } from '../../go-template/values.ts';
import { HelmError } from '../errors.ts';
import { chartFunctions } from '../functions/index.ts';
import { fn, refuse } from '../functions/table.ts';
import { type Capabilities, capabilitiesObject } from './capabilities.ts';
import { type Chart, fullPath, isTable, type Metadata, type Values } from './chart.ts';
import { filesObject } from './files.ts';
import { checkSchemas } from './schema.ts';
import { coalesceValues } from './values.ts';

/** What templates hear of the release they are rendered for. */
export interface ReleaseFacts {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  readonly isUpgrade: boolean;
}

export interface Rendering {
  readonly release: ReleaseFacts;
  readonly capabilities: Capabilities;
  readonly random: Random;
  readonly nowMs: number;
  /** Looks an object of the cluster up; nothing where none is asked. */
  readonly lookup: (apiVersion: string, kind: string, namespace: string, name: string) => unknown;
  readonly warn: (text: string) => void;
  readonly skipSchema: boolean;
  /** Missing values are errors (`lint --strict`). */
  readonly strict?: boolean;
  /** `fail` and `required` only warn. */
  readonly linting?: boolean;
}

interface Renderable {
  readonly text: string;
  readonly scope: Values;
  readonly basePath: string;
}

/** Included templates in each other: more than any chart needs, fewer than our stack holds. */
const MOST_INCLUDES = 200;

/** Values as the templates of a chart see them. Models chartutil.ToRenderValues. */
export function renderValues(chart: Chart, given: Values, how: Rendering): Values {
  const values = coalesceValues(chart, given, { warn: how.warn, merging: false });
  if (!how.skipSchema) checkSchemas(chart, values);
  return values;
}

/** The files that a chart's templates make, by their paths. Models helm/pkg/engine Engine.render. */
export function renderChart(chart: Chart, values: Values, how: Rendering): Map<string, string> {
  const templates = new Map<string, Renderable>();
  collect(chart, values, { how, templates });
  const names = [...templates.keys()].sort(deepestFirst);
  const set = templateSet(how);
  for (const name of names) {
    try {
      set.parse(name, (templates.get(name) as Renderable).text);
    } catch (error) {
      throw parseFailure(name, error);
    }
  }
  const rendered = new Map<string, string>();
  for (const name of names) {
    if (name.slice(name.lastIndexOf('/') + 1).startsWith('_')) continue;
    const { scope, basePath } = templates.get(name) as Renderable;
    scope['Template'] = { Name: name, BasePath: basePath };
    try {
      rendered.set(name, withoutNothing(set.execute(name, plain(scope))));
    } catch (error) {
      throw executionFailure(name, error);
    }
  }
  return rendered;
}

/** What is not there shows as nothing. */
const withoutNothing = (text: string) => text.replaceAll('<no value>', '');

const depth = (path: string) => path.split('/').length;

function deepestFirst(a: string, b: string): number {
  return depth(b) - depth(a) || (a < b ? 1 : a > b ? -1 : 0);
}

/** Models helm/pkg/engine recAllTpls. */
function collect(
  chart: Chart,
  values: Values,
  into: { how: Rendering; templates: Map<string, Renderable> },
): Values {
  const { how, templates } = into;
  const { release } = how;
  const subcharts: Values = {};
  const scope: Values = {
    Chart: metadataObject(chart.metadata, chart.parent === undefined),
    Files: filesObject(chart.files),
    Release: {
      Name: release.name,
      Namespace: release.namespace,
      IsUpgrade: release.isUpgrade,
      IsInstall: !release.isUpgrade,
      Revision: BigInt(release.revision),
      Service: 'Helm',
    },
    Capabilities: capabilitiesObject(how.capabilities),
    Values: values,
    Subcharts: subcharts,
  };
  for (const child of chart.dependencies) {
    const { name } = child.metadata;
    const inner = values[name];
    subcharts[name] = collect(child, isTable(inner) ? inner : {}, into);
  }
  const path = fullPath(chart);
  for (const { name, data } of chart.templates) {
    if (chart.metadata.type === 'library' && !/(?:^|\/)_[^/]*$/.test(name)) continue;
    templates.set(`${path}/${name}`, { text: data, scope, basePath: `${path}/templates` });
  }
  return scope;
}

function metadataObject(metadata: Metadata, isRoot: boolean): GoStruct {
  const maintainers = (metadata.maintainers ?? []).map(
    ({ name = '', email = '', url = '' }) =>
      new GoStruct('*chart.Maintainer', { Name: name, Email: email, URL: url }),
  );
  const dependencies = (metadata.dependencies ?? []).map(
    ({ name, version = '', repository = '', condition = '', alias = '', tags = [], enabled = false }) =>
      new GoStruct('*chart.Dependency', {
        Name: name,
        Version: version,
        Repository: repository,
        Condition: condition,
        Alias: alias,
        Tags: tags,
        Enabled: enabled,
      }),
  );
  return new GoStruct('struct { chart.Metadata; IsRoot bool }', {
    Name: metadata.name,
    Home: metadata.home ?? '',
    Sources: metadata.sources ?? [],
    Version: metadata.version,
    Description: metadata.description ?? '',
    Keywords: metadata.keywords ?? [],
    Maintainers: maintainers,
    Icon: metadata.icon ?? '',
    APIVersion: metadata.apiVersion,
    Condition: metadata.condition ?? '',
    Tags: metadata.tags ?? '',
    AppVersion: metadata.appVersion ?? '',
    Deprecated: metadata.deprecated ?? false,
    Annotations: metadata.annotations ?? {},
    KubeVersion: metadata.kubeVersion ?? '',
    Dependencies: dependencies,
    Type: metadata.type ?? '',
    IsRoot: isRoot,
  });
}

/** What stands between these is all that is told of an error. */
const [START, END] = ['HELM_ERR_START', 'HELM_ERR_END'];

/** The functions that know the templates they are used in. Models helm/pkg/engine initFunMap. */
function templateSet(how: Rendering): TemplateSet {
  const nesting = new Map<string, number>();
  const functions = chartFunctions(how.random, how.nowMs);
  const missing = how.strict ? 'error' : 'zero';
  const told = (message: string) => (how.linting ? '' : refuse(`${START}${message}${END}`));
  functions.set(
    'required',
    fn('string any', (message: string, value: unknown) =>
      value === null || value === '' ? told(message) : value,
    ),
  );
  functions.set('fail', fn('string', told));
  functions.set(
    'lookup',
    fn('string string string string', (version: string, kind: string, namespace: string, name: string) =>
      how.lookup(version, kind, namespace, name),
    ),
  );
  const set = new TemplateSet({ functions, missing });
  bind(functions, set, nesting);
  return set;
}

/** `include` and `tpl` over a set; templates that `tpl` reads define names in a copy of it. */
function bind(functions: Map<string, GoFunction>, set: TemplateSet, nesting: Map<string, number>): void {
  functions.set('include', {
    parameters: ['string', 'any'],
    call: ([name, data]) => plain(include(String(name?.is), data?.is, { set, nesting })),
  });
  functions.set('tpl', {
    parameters: ['string', 'any'],
    call: ([text, data]) => {
      const inner = new Map(functions);
      const copy = new TemplateSet({ ...set.language, functions: inner }, set);
      bind(inner, copy, nesting);
      return plain(interpret(String(text?.is), data ? held(data) : undefined, copy));
    },
  });
}

function include(
  name: string,
  data: unknown,
  { set, nesting }: { set: TemplateSet; nesting: Map<string, number> },
): string {
  const uses = nesting.get(name) ?? 0;
  if (uses > MOST_INCLUDES)
    throw new FunctionError(
      `rendering template has a nested reference name: ${name}: unable to execute template`,
    );
  if (!set.get(name))
    throw new FunctionError(`template: no template ${JSON.stringify(name)} associated with template "gotpl"`);
  nesting.set(name, uses + 1);
  try {
    return set.execute(name, plain(data));
  } finally {
    nesting.set(name, uses);
  }
}

/** Models helm/pkg/engine tplFun. */
function interpret(text: string, data: unknown, set: TemplateSet): string {
  try {
    set.parse('gotpl', text);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new FunctionError(`cannot parse template ${JSON.stringify(text)}: ${error.message}`);
  }
  if (!set.get('gotpl')) return '';
  try {
    return withoutNothing(set.execute('gotpl', plain(data)));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new FunctionError(
      `error during tpl function execution for ${JSON.stringify(text)}: ${error.message}`,
    );
  }
}

/** Models helm/pkg/engine cleanupParseError. */
function parseFailure(name: string, error: unknown): unknown {
  if (!(error instanceof TemplateError)) return error;
  const parts = error.message.split(': ');
  if (parts.length === 1) return new HelmError(`parse error in (${name}): ${error.message}`);
  return new HelmError(`parse error at (${parts[1]}): ${parts.at(-1)}`);
}

/** Models helm/pkg/engine cleanupExecError. */
function executionFailure(name: string, error: unknown): unknown {
  if (!(error instanceof TemplateError)) return error;
  const parts = error.message.split(': ');
  if (parts.length < 3) return new HelmError(`execution error in (${name}): ${error.message}`);
  const rest = parts.slice(2).join(': ');
  const [from, to] = [rest.indexOf(START), rest.lastIndexOf(END)];
  if (from < 0 || to < 0) return new HelmError(error.message);
  return new HelmError(`execution error at (${parts[1]}): ${rest.slice(from + START.length, to)}`);
}
