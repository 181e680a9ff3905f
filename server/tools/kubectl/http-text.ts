import { bodyText, byteLength, type HttpRequest, type HttpResponse } from '../../host/index.ts';

/** A request as it goes over a connection that carries bytes. */
export function requestText(request: HttpRequest): string {
  const body = request.body ?? (request.value === undefined ? '' : bodyText({ ...request, status: 0 }));
  const headers: Record<string, string> = {
    host: 'localhost',
    ...request.headers,
    ...(body === '' ? {} : { 'content-length': String(byteLength(body)) }),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${request.method} ${request.path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** A whole response; undefined: this is none. */
export function parseResponse(text: string): HttpResponse | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1];
  if (status === undefined) return undefined;
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { status: Number(status), headers, body: text.slice(end + 4) };
}
