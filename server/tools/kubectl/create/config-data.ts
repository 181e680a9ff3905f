import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { encode, isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { KubectlError } from '../errors.ts';
import { goJson } from '../go-json.ts';
import type { Kubectl } from '../kubectl.ts';
import { finish, metadata, nameArgument, sortedMap } from './send.ts';

type Fields = Record<string, any>;

interface Entry {
  readonly key: string;
  readonly value: string;
  /** From a literal or an env file, whose text is always text. */
  readonly literal: boolean;
}

const KEY_RULE = /^[-._a-zA-Z0-9]+$/;

function checkKey(key: string, what: string, entries: readonly Entry[]): void {
  const quoted = JSON.stringify(key);
  const subject =
    what === 'Secret' ? 'not valid key name for a Secret' : `not a valid key name for a ${what}:`;
  const wrong = (why: string) => new KubectlError(`${quoted} is ${subject} ${why}`);
  if (key.length > 253) throw wrong('must be no more than 253 bytes');
  if (!KEY_RULE.test(key))
    throw wrong(
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    );
  if (key === '.' || key === '..') throw wrong(`must not be '${key}'`);
  if (entries.some((entry) => entry.key === key)) {
    throw new KubectlError(
      what === 'ConfigMap'
        ? `cannot add key ${quoted}, another key by that name already exists in Data for ConfigMap ""`
        : `cannot add key ${key}, another key by that name already exists`,
    );
  }
}

/** The data that --from-literal, --from-file and --from-env-file give. Models create_configmap.go, create_secret.go. */
function* gather(k: Kubectl, what: 'ConfigMap' | 'Secret', name: string): Steps<Entry[]> {
  const entries: Entry[] = [];
  const add = (entry: Entry) => {
    try {
      checkKey(entry.key, what, entries);
    } catch (error) {
      const text = (error as Error).message.replace('ConfigMap ""', `ConfigMap ${JSON.stringify(name)}`);
      throw new KubectlError(text);
    }
    entries.push(entry);
  };
  const literals = k.flags.list('from-literal');
  const files = k.flags.list('from-file');
  const envFiles = k.flags.list('from-env-file');
  if (envFiles.length > 0 && (files.length > 0 || literals.length > 0))
    throw new KubectlError('from-env-file cannot be combined with from-file or from-literal');
  for (const literal of literals) {
    const { key, value } = parseLiteral(literal);
    add({ key, value, literal: true });
  }
  for (const file of files) for (const entry of yield* fromFile(k, file)) add(entry);
  for (const file of envFiles) for (const entry of fromEnvFile(k, file, what)) add(entry);
  return entries;
}

function parseLiteral(source: string): { key: string; value: string } {
  const at = source.indexOf('=');
  if (at < 0) throw new KubectlError(`invalid literal source ${source}, expected key=value`);
  if (at === 0) throw new KubectlError(`invalid literal source ${source}, expected key=value`);
  return { key: source.slice(0, at), value: source.slice(at + 1) };
}

function* fromFile(k: Kubectl, source: string): Steps<Entry[]> {
  const parts = source.split('=');
  if (source.startsWith('=')) throw new KubectlError(`key name for file path ${source.slice(1)} missing`);
  if (parts.length === 2 && parts[1] === '')
    throw new KubectlError(`file path for key name ${parts[0]} missing`);
  if (parts.length > 2) throw new KubectlError("key names or file paths cannot contain '='");
  const path = parts.at(-1) as string;
  const key = parts.length === 2 ? (parts[0] as string) : (path.split('/').at(-1) as string);
  const stat = k.context.fs.tryStat(path);
  if (!stat) throw new KubectlError(`error reading ${path}: no such file or directory`);
  if (stat.type === 'directory') {
    if (parts.length === 2) throw new KubectlError('cannot give a key name for a directory path');
    return k.context.fs
      .list(path)
      .sort()
      .filter((name) => k.context.fs.lstat(`${path}/${name}`).type === 'file')
      .map((name) => ({ key: name, value: read(k, `${path.replace(/\/$/, '')}/${name}`), literal: false }));
  }
  if (stat.type !== 'file') {
    const descriptor = k.context.fs.open(path, { read: true });
    k.context.setFd(9, descriptor);
    const value = yield* k.context.readAll(9);
    k.context.closeFd(9);
    return [{ key, value, literal: false }];
  }
  return [{ key, value: read(k, path), literal: false }];
}

function read(k: Kubectl, path: string): string {
  try {
    return k.context.fs.read(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(`open ${path}: ${error.message.toLowerCase()}`);
  }
}

function fromEnvFile(k: Kubectl, path: string, what: string): Entry[] {
  const stat = k.context.fs.tryStat(path);
  if (!stat) throw new KubectlError(`error reading ${path}: no such file or directory`);
  if (stat.type === 'directory')
    throw new KubectlError(`env ${what === 'Secret' ? 'secret' : 'config'} file cannot be a directory`);
  return parseEnvFile(k, read(k, path));
}

/** Lines of `name=value`; a name alone takes the value of the environment. */
function parseEnvFile(k: Kubectl, text: string): Entry[] {
  const out: Entry[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\r$/, '').trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const at = line.indexOf('=');
    const key = at < 0 ? line : line.slice(0, at);
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key) || key === '.' || key === '..') {
      throw new KubectlError(
        `${JSON.stringify(key)} is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')`,
      );
    }
    out.push({ key, value: at < 0 ? (k.context.env.get(key) ?? '') : line.slice(at + 1), literal: true });
  }
  return out;
}

function isUtf8(text: string): boolean {
  return !/[\udc80-\udcff]/u.test(text);
}

function base64(text: string): string {
  return Buffer.from(encode(text)).toString('base64');
}

export function* createConfigMap(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const entries = yield* gather(k, 'ConfigMap', name);
  const data: Fields = {};
  const binaryData: Fields = {};
  for (const { key, value, literal } of entries) {
    if (literal || isUtf8(value)) data[key] = value;
    else binaryData[key] = base64(value);
  }
  const object: Fields = {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: metadata(k, name),
    ...(Object.keys(data).length > 0 ? { data: sortedMap(data) } : {}),
    ...(Object.keys(binaryData).length > 0 ? { binaryData: sortedMap(binaryData) } : {}),
  };
  if (k.flags.bool('append-hash')) object['metadata'].name += `-${configMapHash(object)}`;
  yield* finish(k, {
    object,
    root: 'api/v1',
    plural: 'configmaps',
    namespaced: true,
    failure: 'failed to create configmap: ',
  });
}

/** Models kubectl/pkg/util/hash: a digest of the data, spelled with letters that make no words. */
function encodeHash(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex').slice(0, 10);
  const map: Record<string, string> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };
  return [...hex].map((char) => map[char] ?? char).join('');
}

export function configMapHash(object: Fields): string {
  const content: Fields = {
    data: object['data'] ?? {},
    kind: 'ConfigMap',
    name: object['metadata'].name ?? '',
  };
  if (object['binaryData']) content['binaryData'] = object['binaryData'];
  return encodeHash(goJson(content));
}

export function secretHash(object: Fields): string {
  const { data, type = '', metadata: meta } = object;
  return encodeHash(goJson({ data: data ?? {}, kind: 'Secret', name: meta.name ?? '', type }));
}

function* finishSecret(k: Kubectl, name: string, type: string, data: Fields): Steps<void> {
  const object: Fields = {
    kind: 'Secret',
    apiVersion: 'v1',
    metadata: metadata(k, name),
    ...(Object.keys(data).length > 0 ? { data: sortedMap(data) } : {}),
    ...(type !== '' ? { type } : {}),
  };
  if (k.flags.bool('append-hash')) object['metadata'].name += `-${secretHash(object)}`;
  yield* finish(k, {
    object,
    root: 'api/v1',
    plural: 'secrets',
    namespaced: true,
    failure: 'failed to create secret ',
  });
}

export function* createGenericSecret(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const entries = yield* gather(k, 'Secret', name);
  const data = Object.fromEntries(entries.map(({ key, value }) => [key, base64(value)]));
  yield* finishSecret(k, name, k.flags.string('type'), data);
}

export function* createRegistrySecret(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const files = k.flags.list('from-file');
  const server = k.flags.string('docker-server');
  const username = k.flags.string('docker-username');
  const password = k.flags.string('docker-password');
  const email = k.flags.string('docker-email');
  if (files.length === 0 && (username === '' || password === '' || server === '')) {
    throw new KubectlError(
      'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
    );
  }
  const type = 'kubernetes.io/dockerconfigjson';
  if (files.length > 0) {
    const data: Fields = {};
    for (const file of files)
      for (const { key, value } of yield* fromFile(k, file)) data[key] = base64(value);
    yield* finishSecret(k, name, type, data);
    return;
  }
  const auth = { username, password, ...(email ? { email } : {}), auth: base64(`${username}:${password}`) };
  const config = goJson({ auths: { [server]: auth } }, { sorted: false });
  yield* finishSecret(k, name, type, { '.dockerconfigjson': base64(config) });
}

export function* createTlsSecret(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const certPath = k.flags.string('cert');
  const keyPath = k.flags.string('key');
  if (certPath === '' || keyPath === '') throw new KubectlError('key and cert must be specified');
  const load = (path: string) => {
    try {
      return k.context.fs.read(path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new KubectlError(`Cannot read file ${path}, open ${path}: ${error.message.toLowerCase()}`);
    }
  };
  const cert = load(certPath);
  const key = load(keyPath);
  checkKeyPair(cert, key);
  yield* finishSecret(k, name, 'kubernetes.io/tls', { 'tls.crt': base64(cert), 'tls.key': base64(key) });
}

/** Models crypto/tls X509KeyPair. */
function checkKeyPair(cert: string, key: string): void {
  const pem = (text: string, what: string) => {
    if (text.includes('-----BEGIN ')) return;
    throw new KubectlError(`tls: failed to find any PEM data in ${what} input`);
  };
  pem(cert, 'certificate');
  if (!cert.includes('BEGIN CERTIFICATE')) {
    const type = /-----BEGIN ([^-]+)-----/.exec(cert)?.[1];
    throw new KubectlError(
      /PRIVATE KEY/.test(type ?? '')
        ? 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
        : `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${type}]`,
    );
  }
  pem(key, 'key');
  if (!/PRIVATE KEY-----/.test(key))
    throw new KubectlError('tls: found a certificate rather than a key in the PEM for the private key');
  let matches: boolean;
  try {
    matches = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new KubectlError('x509: malformed certificate');
  }
  if (!matches) throw new KubectlError('tls: private key does not match public key');
}
