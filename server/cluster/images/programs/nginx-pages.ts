import type { HttpResponse } from '../../../host/index.ts';

const TITLES: Readonly<Record<number, string>> = {
  301: '301 Moved Permanently',
  302: '302 Found',
  307: '307 Temporary Redirect',
  308: '308 Permanent Redirect',
  400: '400 Bad Request',
  401: '401 Authorization Required',
  403: '403 Forbidden',
  404: '404 Not Found',
  405: '405 Not Allowed',
  413: '413 Request Entity Too Large',
  429: '429 Too Many Requests',
  500: '500 Internal Server Error',
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
};

/** The page that nginx makes of a status; `server` is what it calls itself. */
export function nginxPage(
  status: number,
  server = 'nginx',
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const title = TITLES[status] ?? String(status);
  return {
    status,
    headers: { 'content-type': 'text/html', ...headers },
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${server}</center>\r\n</body>\r\n</html>\r\n`,
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `21/Nov/2026:09:01:02 +0000`, as access logs have it. */
export function logTime(ms: number): string {
  const when = new Date(ms);
  const iso = when.toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[when.getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

export function byteLength(response: HttpResponse): number {
  return Buffer.byteLength(response.body ?? '');
}

/** How long an answer is, where it is text and may say so. */
export function lengthHeader(response: HttpResponse): { 'content-length'?: string } {
  const { status, headers, body, stream } = response;
  const given = headers['content-length'];
  if (given !== undefined) return { 'content-length': given };
  const isKnown = body !== undefined && stream === undefined && status !== 204 && status !== 304;
  return isKnown ? { 'content-length': String(byteLength(response)) } : {};
}
