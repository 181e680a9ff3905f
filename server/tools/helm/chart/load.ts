import { gunzipSync } from 'node:zlib';
import { type Context, decode, encode, unpackTar } from '../../../host/index.ts';
import { isMap } from '../../go-template/values.ts';
import { parseYaml } from '../../kubectl/yaml-parser.ts';
import { HelmError, wrapped } from '../errors.ts';
import { fromPlain } from '../functions/table.ts';
import { parseVersion } from '../semver.ts';
import { addDependency, type Chart, type ChartFile, type Lock, type Metadata, type Values } from './chart.ts';
import { ignoreRules } from './ignore.ts';

/** Most bytes that an archive unpacks to. Models loader.MaxDecompressedChartSize. */
const MOST_BYTES = 100 * 1024 * 1024;
const BYTE_ORDER_MARK = /^\uFEFF/;

/** The chart in a folder or an archive. Models loader.Load. */
export function loadChart(context: Context, path: string): Chart {
  return loadFiles(chartFiles(context, path));
}

export function chartFiles(context: Context, path: string): ChartFile[] {
  const { fs } = context;
  if (fs.isDirectory(path)) return folderFiles(context, path);
  if (!fs.exists(path)) throw new HelmError(`stat ${path}: no such file or directory`);
  return archiveFiles(fs.read(path));
}

/** Models loader.LoadDir: what `.helmignore` names stays out. */
function folderFiles({ fs }: Context, folder: string): ChartFile[] {
  const rules = `${folder}/.helmignore`;
  const ignored = ignoreRules(fs.isFile(rules) ? fs.read(rules) : '');
  const files: ChartFile[] = [];
  const walk = (below: string) => {
    for (const entry of fs.list(`${folder}/${below}`).sort()) {
      const name = `${below}${entry}`;
      const isFolder = fs.isDirectory(`${folder}/${name}`);
      if (ignored(name, isFolder)) continue;
      if (isFolder) walk(`${name}/`);
      else files.push({ name, data: fs.read(`${folder}/${name}`).replace(BYTE_ORDER_MARK, '') });
    }
  };
  walk('');
  return files;
}

/** Models loader.LoadArchiveFiles. */
export function archiveFiles(archive: string): ChartFile[] {
  const bytes = encode(archive);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (/^(?:apiVersion|kind|metadata|#|---)/m.test(archive.slice(0, 512)))
      throw new HelmError("file does not appear to be a gzipped archive; got 'text/plain; charset=utf-8'");
    throw new HelmError("file does not appear to be a gzipped archive; got 'application/octet-stream'");
  }
  const files = entriesOf(bytes)
    .filter(({ type }) => type === 'file')
    .map(({ name, data }) => ({
      name: name.split('/').slice(1).join('/'),
      data: data.replace(BYTE_ORDER_MARK, ''),
    }))
    .filter(({ name }) => name !== '');
  if (files.length === 0) throw new HelmError('no files in chart archive');
  return files;
}

function entriesOf(bytes: Uint8Array) {
  try {
    const unpacked = gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
    return unpackTar(decode(unpacked));
  } catch {
    throw new HelmError('gzip: invalid header');
  }
}

function read(text: string, name: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw new HelmError(`cannot load ${name}: error converting YAML to JSON: ${(error as Error).message}`);
  }
}

/** Models loader.LoadFiles. */
export function loadFiles(files: readonly ChartFile[]): Chart {
  const find = (name: string) => files.find((file) => file.name === name)?.data;
  const manifest = find('Chart.yaml');
  if (manifest === undefined) throw new HelmError('Chart.yaml file is missing');
  const metadata = readMetadata(read(manifest, 'Chart.yaml'));
  const [values, lock] = [find('values.yaml'), find('Chart.lock')];
  const own = files.filter(({ name }) => !SPECIAL.has(name));
  const chart: Chart = {
    metadata,
    lock: lock === undefined ? undefined : (read(lock, 'Chart.lock') as Lock),
    templates: own.filter(({ name }) => name.startsWith('templates/')),
    values: values === undefined ? {} : readValues(read(values, 'values.yaml'), 'values.yaml'),
    schema: find('values.schema.json'),
    files: own.filter(({ name }) => !/^(?:templates|charts)\//.test(name) || /^charts\/.*\.prov$/.test(name)),
    raw: [...files],
    dependencies: [],
    parent: undefined,
  };
  checkMetadata(metadata);
  for (const child of subcharts(chart, own)) addDependency(chart, child);
  return chart;
}

const SPECIAL = new Set(['Chart.yaml', 'Chart.lock', 'values.yaml', 'values.schema.json']);

function readValues(value: unknown, name: string): Values {
  if (value === null || value === undefined) return {};
  if (isMap(value)) return fromPlain(value) as Values;
  const got = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  throw new HelmError(
    `cannot load ${name}: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${got} into Go value of type map[string]interface {}`,
  );
}

const TEXTS = [
  'name',
  'version',
  'appVersion',
  'description',
  'apiVersion',
  'kubeVersion',
  'type',
  'icon',
  'home',
];

export function readMetadata(value: unknown): Metadata {
  const metadata = { ...((isMap(value) ? value : {}) as object) } as Metadata;
  for (const name of TEXTS) {
    const is = (metadata as unknown as Values)[name];
    if (is === undefined || is === null || typeof is === 'string') continue;
    const got =
      typeof is === 'number'
        ? 'number'
        : typeof is === 'boolean'
          ? 'bool'
          : Array.isArray(is)
            ? 'array'
            : 'object';
    throw new HelmError(
      `cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${got} into Go struct field Metadata.${name} of type string`,
    );
  }
  metadata.apiVersion ||= 'v1';
  return metadata;
}

/** Models Metadata.Validate. */
export function checkMetadata(metadata: Metadata): void {
  const fail = (text: string) => {
    throw new HelmError(`validation: ${text}`);
  };
  if (!metadata.name) fail('chart.metadata.name is required');
  if (metadata.name.includes('/')) fail(`chart.metadata.name ${JSON.stringify(metadata.name)} is invalid`);
  if (!metadata.version) fail('chart.metadata.version is required');
  if (!parseVersion(metadata.version))
    fail(`chart.metadata.version ${JSON.stringify(metadata.version)} is invalid`);
  if (metadata.type && metadata.type !== 'application' && metadata.type !== 'library')
    fail('chart.metadata.type must be application or library');
}

function subcharts(chart: Chart, files: readonly ChartFile[]): Chart[] {
  const groups = new Map<string, ChartFile[]>();
  for (const { name, data } of files) {
    if (!name.startsWith('charts/') || name.endsWith('.prov')) continue;
    const rest = name.slice('charts/'.length);
    const folder = rest.split('/')[0] as string;
    groups.set(folder, [...(groups.get(folder) ?? []), { name: rest, data }]);
  }
  const out: Chart[] = [];
  for (const [name, group] of groups) {
    if (/^[_.]/.test(name)) continue;
    try {
      if (name.endsWith('.tgz')) out.push(loadFiles(archiveFiles((group[0] as ChartFile).data)));
      else if (group.some((file) => file.name.includes('/')))
        out.push(loadFiles(group.map((file) => ({ ...file, name: file.name.slice(name.length + 1) }))));
    } catch (error) {
      throw wrapped(`error unpacking subchart ${name} in ${chart.metadata.name}`, error);
    }
  }
  return out;
}
