// Derives what the core needs of the published Kubernetes schema and of the bootstrap policy, as JSON inside one JSON
// string each: importing a string costs nothing, and it is parsed when first needed.
//   schema/types.generated.json         fields, types, merge keys, defaults (from openapi-facts.json)
//   schema/descriptions.generated.json  descriptions by type and field (from kubernetes-models' declarations)
//   apiserver/bootstrap/objects.generated.json  the objects of a fresh API server (from bootstrap/*.yaml)
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseAllDocuments } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../../..');
const models = join(root, 'node_modules/kubernetes-models');
const apimachinery = join(root, 'node_modules/@kubernetes-models/apimachinery');
const bootstrap = join(here, '../../apiserver/bootstrap');

const outputs = {
  types: join(here, 'types.generated.json'),
  descriptions: join(here, 'descriptions.generated.json'),
  bootstrap: join(bootstrap, 'objects.generated.json'),
};

/** Writes the generated files that are missing or older than their sources. */
export function buildSchema() {
  const sources = [join(here, 'openapi-facts.json'), fileURLToPath(import.meta.url)];
  for (const name of readdirSync(bootstrap)) if (name.endsWith('.yaml')) sources.push(join(bootstrap, name));
  const newest = Math.max(...sources.map((path) => statSync(path).mtimeMs));
  if (Object.values(outputs).every((path) => existsSync(path) && statSync(path).mtimeMs >= newest)) return;
  const facts = JSON.parse(readFileSync(join(here, 'openapi-facts.json'), 'utf8'));
  write(outputs.types, facts);
  write(outputs.descriptions, descriptions(facts));
  write(outputs.bootstrap, bootstrapObjects());
}

function write(path, value) {
  writeFileSync(path, JSON.stringify(JSON.stringify(value)));
}

function bootstrapObjects() {
  return readdirSync(bootstrap)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => parseAllDocuments(readFileSync(join(bootstrap, name), 'utf8')).map((d) => d.toJS()))
    .filter(Boolean);
}

/** `{type: ['description of the type', {field: 'description'}]}` for every type of the facts. */
function descriptions(facts) {
  const result = {};
  for (const type of Object.keys(facts)) {
    const found = declaration(type);
    if (found) result[type] = found;
  }
  return result;
}

/** The declaration file of a type: `io.k8s.api.apps.v1.Deployment` is `apps/v1/Deployment.d.ts`. */
function declaration(type) {
  const parts = type.split('.');
  const name = parts.at(-1);
  const version = parts.at(-2);
  const group = parts.at(-3);
  for (const folder of candidates(group, version, type)) {
    const path = join(folder, `${name}.d.ts`);
    if (existsSync(path)) return readDeclaration(readFileSync(path, 'utf8'), name);
  }
  return undefined;
}

const GROUPS = {
  core: '',
  apiserverinternal: 'internal.apiserver.k8s.io',
  rbac: 'rbac.authorization.k8s.io',
  flowcontrol: 'flowcontrol.apiserver.k8s.io',
};

function candidates(group, version, type) {
  const machinery = /^io\.k8s\.apimachinery\.pkg\.(.*)\.[^.]+$/.exec(type);
  if (machinery) return [join(apimachinery, machinery[1].replaceAll('.', '/'))];
  const name = GROUPS[group] ?? group;
  return [join(models, name, version), join(models, `${group}.k8s.io`, version), join(models, version)];
}

function readDeclaration(text, name) {
  const start = text.indexOf(`export interface I${name} `);
  if (start < 0) return undefined;
  const own = comment(text.slice(0, start));
  const end = text.indexOf('\n}', start);
  const fields = {};
  const pattern = /\/\*\*\n([\s\S]*?)\*\/\s*"?([\w$-]+)"?\??:/g;
  for (const match of text.slice(start, end).matchAll(pattern)) fields[match[2]] = clean(match[1]);
  return [own, fields];
}

function comment(before) {
  const match = /\/\*\*\n((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(before);
  return match ? clean(match[1]) : '';
}

function clean(text) {
  return text
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) buildSchema();
