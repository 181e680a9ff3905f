import { contentOf, type HttpResponse } from '../../../host/index.ts';
import type { Exchange } from './nginx-exchange.ts';
import { problem } from './nginx-log.ts';
import { page, redirect } from './nginx-rewrite.ts';

/** An answer, or the URI that the request goes on with. */
export type Content = HttpResponse | { readonly again: string };

/** The files of a location. Models ngx_http_static_module, _index_module, _autoindex_module and try_files */
export function fileContent(exchange: Exchange): Content {
  const { fs } = exchange.context;
  const tries = exchange.scopes[0]?.find(({ name }) => name === 'try_files') ?? exchange.all('try_files')[0];
  if (!tries) return staticFile(exchange, fileOf(exchange, exchange.uri), exchange.uri);
  const candidates = tries.args.slice(0, -1).map((arg) => exchange.fill(arg));
  for (const uri of candidates) {
    const at = fileOf(exchange, uri);
    if (uri.endsWith('/') ? fs.isDirectory(at) : fs.isFile(at)) return staticFile(exchange, at, uri);
  }
  const last = exchange.fill(tries.args.at(-1) ?? '=404');
  return last.startsWith('=') ? page(exchange, Number(last.slice(1))) : { again: last };
}

/** Where a URI lies on the disk. */
function fileOf(exchange: Exchange, uri: string): string {
  const alias = exchange.scopes[0]?.find(({ name }) => name === 'alias')?.args[0];
  const { location } = exchange;
  if (alias === undefined || !location) return exchange.value('document_root') + uri;
  if (/^~/.test(location.args[0] ?? '')) return exchange.fill(alias);
  return exchange.fill(alias) + uri.slice((location.args.at(-1) ?? '').length);
}

function staticFile(exchange: Exchange, file: string, uri: string): Content {
  const { fs } = exchange.context;
  if (fs.isDirectory(file)) return directory(exchange, file, uri);
  if (!fs.isFile(file)) {
    const what = file.endsWith('/')
      ? `"${file}${exchange.indexes[0]}" is not found`
      : `open() "${file}" failed`;
    problem(exchange, `${what} (2: No such file or directory)`);
    return page(exchange, 404);
  }
  if (!fs.can(file, 'read')) {
    problem(exchange, `open() "${file}" failed (13: Permission denied)`);
    return page(exchange, 403);
  }
  if (!['GET', 'HEAD'].includes(exchange.request.method)) return page(exchange, 405);
  return unlessKnown(exchange, file, uri);
}

/** The file, or 304 for who has it already. */
function unlessKnown(exchange: Exchange, file: string, uri: string): HttpResponse {
  const stat = exchange.context.fs.stat(file);
  const etag = `"${Math.floor(stat.mtimeMs / 1000).toString(16)}-${stat.size.toString(16)}"`;
  const modified = new Date(stat.mtimeMs).toUTCString();
  const { headers } = exchange.request;
  const isKnown = headers['if-none-match'] === etag || headers['if-modified-since'] === modified;
  if (isKnown) return { status: 304, headers: { 'last-modified': modified, etag }, body: '' };
  return {
    status: 200,
    headers: {
      'content-type': exchange.contentType(uri),
      'content-length': String(stat.size),
      'last-modified': modified,
      connection: 'keep-alive',
      etag,
      'accept-ranges': 'bytes',
    },
    body: contentOf(stat),
  };
}

function directory(exchange: Exchange, file: string, uri: string): Content {
  const { fs } = exchange.context;
  if (!uri.endsWith('/')) return redirect(exchange, 301, `${uri}/`);
  const root = file.replace(/\/$/, '');
  for (const index of exchange.indexes) {
    const name = exchange.fill(index);
    if (name.startsWith('/')) return { again: name };
    if (fs.isFile(`${root}/${name}`)) return { again: `${uri}${name}` };
  }
  if (exchange.first('autoindex')?.[0] === 'on') return listing(exchange, root, uri);
  problem(exchange, `directory index of "${file}" is forbidden`);
  return page(exchange, 403);
}

function listing({ context: { fs } }: Exchange, root: string, uri: string): HttpResponse {
  const rows = fs
    .list(root)
    .filter((name) => !name.startsWith('.'))
    .map((name) => ({ name, stat: fs.stat(`${root}/${name}`) }))
    .sort(
      (a, b) =>
        Number(b.stat.type === 'directory') - Number(a.stat.type === 'directory') ||
        (a.name < b.name ? -1 : 1),
    )
    .map(({ name, stat }) => {
      const isDirectory = stat.type === 'directory';
      const shown = isDirectory ? `${name}/` : name;
      const [, day, month, year, time = ''] = new Date(stat.mtimeMs).toUTCString().split(' ');
      const size = isDirectory ? '-' : String(stat.size);
      return `<a href="${encodeURI(shown)}">${shown}</a>${' '.repeat(Math.max(1, 51 - shown.length))}${day}-${month}-${year} ${time.slice(0, 5)} ${size.padStart(19)}\r\n`;
    });
  const body = `<html>\r\n<head><title>Index of ${uri}</title></head>\r\n<body>\r\n<h1>Index of ${uri}</h1><hr><pre><a href="../">../</a>\r\n${rows.join('')}</pre><hr></body>\r\n</html>\r\n`;
  return { status: 200, headers: { 'content-type': 'text/html' }, body };
}
