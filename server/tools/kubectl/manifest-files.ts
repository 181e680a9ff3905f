import { isSystemError } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { KubectlError, throwAll } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { kustomizeDirectory } from './kustomize.ts';
import { fetchUrl } from './url.ts';

/** A manifest's text, and where it came from. */
export interface Source {
  readonly text: string;
  readonly source: string;
}

/** What -f, -R and -k of a command name. */
export interface FileNames {
  readonly filenames?: readonly string[];
  readonly recursive?: boolean;
  readonly kustomize?: string;
}

export function* readSources(k: Kubectl, selection: FileNames): Steps<Source[]> {
  if (selection.kustomize) {
    const text = yield* kustomizeDirectory(k, selection.kustomize);
    return [{ text, source: selection.kustomize }];
  }
  const out: Source[] = [];
  const { filenames = [], recursive = false } = selection;
  throwAll(filenames.filter((name) => isMissing(k, name)).map(missing));
  for (const name of filenames) {
    if (name === '-') out.push({ text: yield* k.stdin(), source: 'STDIN' });
    else if (isUrl(name)) out.push({ text: yield* fetchUrl(k, name), source: name });
    else out.push(...filesAt(k, name, recursive));
  }
  return out;
}

function isUrl(name: string): boolean {
  return /^https?:\/\//.test(name);
}

function isMissing(k: Kubectl, name: string): boolean {
  if (name === '-' || isUrl(name) || k.context.fs.exists(name)) return false;
  return expandGlob(k, name).length === 0;
}

function missing(name: string): KubectlError {
  return new KubectlError(`the path ${JSON.stringify(name)} does not exist`);
}

const EXTENSIONS = ['.json', '.yaml', '.yml'];

function filesAt(k: Kubectl, name: string, recursive: boolean): Source[] {
  const { fs } = k.context;
  const paths = fs.exists(name) ? [name] : expandGlob(k, name);
  if (paths.length === 0) throw missing(name);
  const out: Source[] = [];
  for (const path of paths) {
    if (!fs.isDirectory(path)) {
      out.push({ text: readFile(k, path), source: path });
      continue;
    }
    const found = filesIn(k, path, recursive);
    out.push(...found);
    if (found.length === 0)
      throw new KubectlError(
        `error reading [${name}]: recognized file extensions are [${EXTENSIONS.join(' ')}]`,
      );
  }
  return out;
}

function filesIn(k: Kubectl, directory: string, recursive: boolean): Source[] {
  const { fs } = k.context;
  const out: Source[] = [];
  for (const name of fs.list(directory).sort()) {
    const path = `${directory.replace(/\/$/, '')}/${name}`.replace(/^\.\//, '');
    if (fs.isDirectory(path)) {
      if (recursive) out.push(...filesIn(k, path, true));
    } else if (EXTENSIONS.some((extension) => name.endsWith(extension))) {
      out.push({ text: readFile(k, path), source: path });
    }
  }
  return out;
}

export function readFile(k: Kubectl, path: string): string {
  try {
    return k.context.fs.read(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(`open ${path}: ${error.message.toLowerCase()}`);
  }
}

function expandGlob(k: Kubectl, pattern: string): string[] {
  if (!/[*?[]/.test(pattern)) return [];
  const slash = pattern.lastIndexOf('/');
  const directory = slash < 0 ? '.' : pattern.slice(0, slash) || '/';
  const regex = new RegExp(
    `^${pattern
      .slice(slash + 1)
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')}$`,
  );
  if (!k.context.fs.isDirectory(directory)) return [];
  const names = k.context.fs.list(directory).filter((name) => regex.test(name));
  return names.sort().map((name) => (slash < 0 ? name : `${pattern.slice(0, slash)}/${name}`));
}
