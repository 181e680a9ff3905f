import type { HttpRequest } from '../../../host/index.ts';

/** Lines as `-v` tells what happens. */
export function starred(lines: readonly string[]): string {
  return lines.map((line) => `* ${line}\n`).join('');
}

/** The request's head as `-v` shows it; over HTTP/2 its stream is told first, and the session's ticket comes after it. */
export function requestLines(request: HttpRequest, http2: boolean, tlsVersion = ''): string {
  const names: Record<string, string> = { host: 'Host', 'user-agent': 'User-Agent', accept: 'Accept' };
  const headers = Object.entries(request.headers);
  const lines = headers.map(
    ([name, value]) =>
      `${names[name] ?? (http2 ? name : name.replace(/(^|-)([a-z])/g, (text) => text.toUpperCase()))}: ${value}`,
  );
  const sent = [`${request.method} ${request.path} HTTP/${http2 ? '2' : '1.1'}`, ...lines, '']
    .map((line) => `> ${line}\n`)
    .join('');
  if (!http2) return sent;
  const fields = [
    `:method: ${request.method}`,
    ':scheme: https',
    `:authority: ${request.headers['host']}`,
    `:path: ${request.path}`,
    ...headers.filter(([name]) => name !== 'host').map(([name, value]) => `${name}: ${value}`),
  ];
  const stream = [
    `[HTTP/2] [1] OPENED stream for https://${request.headers['host']}${request.path}`,
    ...fields.map((field) => `[HTTP/2] [1] [${field}]`),
  ];
  const ticket = tlsVersion === 'TLSv1.3' ? ['TLSv1.3 (IN), TLS handshake, Newsession Ticket (4):'] : [];
  return starred(stream) + sent + starred(ticket);
}

/** How long the request is that these lines show, with its line ends. */
export function requestBytes(shown: string): number {
  return [...shown.matchAll(/^> (.*)$/gm)].reduce((sum, [, line = '']) => sum + line.length + 2, 0);
}
