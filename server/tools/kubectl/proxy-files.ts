import type { HttpResponse } from '../../host/index.ts';
import { isSystemError } from '../../host/index.ts';
import type { Kubectl } from './kubectl.ts';

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  htm: 'text/html; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
};
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

/** What `--www` answers to a path below its prefix. Models net/http FileServer. */
export function fileAnswer(k: Kubectl, directory: string, path: string): HttpResponse {
  const { fs } = k.context;
  const names = decodeURIComponent(path.split('?')[0] ?? '').split('/');
  const inside = names.filter((name) => name !== '' && name !== '.' && name !== '..').join('/');
  const file = inside === '' ? directory : `${directory.replace(/\/$/, '')}/${inside}`;
  try {
    if (!fs.isDirectory(file)) return answer(200, typeOf(file), fs.read(file));
    if (!path.endsWith('/')) return moved(`${names.at(-1)}/`);
    const index = `${file}/index.html`;
    if (fs.exists(index)) return answer(200, TYPES['html'] as string, fs.read(index));
    return answer(200, TYPES['html'] as string, listing(k, file));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code === 'EACCES'
      ? answer(403, 'text/plain; charset=utf-8', '403 Forbidden\n')
      : answer(404, 'text/plain; charset=utf-8', '404 page not found\n');
  }
}

function answer(status: number, type: string, body: string): HttpResponse {
  return { status, headers: { 'content-type': type }, body };
}

function moved(location: string): HttpResponse {
  return { status: 301, headers: { location }, body: '' };
}

function typeOf(file: string): string {
  return TYPES[/\.(\w+)$/.exec(file)?.[1] ?? ''] ?? 'text/plain; charset=utf-8';
}

function listing({ context: { fs } }: Kubectl, directory: string): string {
  const lines = fs
    .list(directory)
    .sort()
    .map((name) => {
      const shown = fs.isDirectory(`${directory}/${name}`) ? `${name}/` : name;
      return `<a href="${encodeURI(shown)}">${shown.replace(/[&<>"']/g, (c) => ESCAPES[c] as string)}</a>\n`;
    });
  return `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${lines.join('')}</pre>\n`;
}
