import {
  bodyText,
  byteLength,
  type HttpResponse,
  type HttpStream,
  type Listener,
  OpenFile,
  statusText,
} from '../../host/index.ts';
import { WaitQueue } from '../../sim/index.ts';

interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  /** The connection ends after the answer. */
  last: boolean;
}

const BAD_REQUEST: HttpResponse = {
  status: 400,
  headers: { 'content-type': 'text/plain; charset=utf-8', connection: 'close' },
  body: '400 Bad Request',
};

/** A connection to a server of HTTP, as text: what is written is read as requests, the answers are there to be read. */
export class HttpConversation extends OpenFile {
  readonly name: string;
  /** While an answer streams, its own. */
  override readable = new WaitQueue();
  readonly #listener: Listener;
  readonly #peer: { address: string; port: number };
  #written = '';
  #answers = '';
  #stream: HttpStream | undefined;
  #ended = false;

  constructor(name: string, listener: Listener, peer: { address: string; port: number }) {
    super();
    this.name = name;
    this.#listener = listener;
    this.#peer = peer;
  }

  write(text: string): number {
    if (this.#ended) return text.length;
    this.#written += text;
    this.#answerAll();
    return text.length;
  }

  read(limit: number): string | undefined {
    if (this.#answers === '') this.#pull();
    if (this.#answers === '') return this.#ended && !this.#stream ? '' : undefined;
    const piece = this.#answers.slice(0, limit);
    this.#answers = this.#answers.slice(piece.length);
    return piece;
  }

  /** What the stream that is being answered has by now, in chunks. */
  #pull(): void {
    const stream = this.#stream;
    for (let piece = stream?.next(); stream && piece !== undefined; piece = stream.next()) {
      const text = typeof piece === 'string' ? piece : `${JSON.stringify(piece)}\n`;
      if (text !== '') this.#answers += `${byteLength(text).toString(16)}\r\n${text}\r\n`;
    }
    if (!stream?.ended) return;
    this.#answers += '0\r\n\r\n';
    this.#stream = undefined;
    this.readable = new WaitQueue();
    this.#answerAll();
  }

  #answerAll(): void {
    const waiting = this.readable;
    while (!this.#stream && !this.#ended) {
      const request = this.#listener.tls && this.#written !== '' ? 'plain' : takeRequest(this.#written);
      if (request === undefined) return;
      if (request === 'plain') {
        this.#answers += 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';
        this.#ended = true;
      } else if (request === 'bad') {
        this.#answers += textOf(BAD_REQUEST, true);
        this.#ended = true;
      } else {
        this.#written = this.#written.slice(request.length);
        this.#answer(request.request);
      }
      waiting.notify();
    }
  }

  #answer({ method, path, headers, body, last }: Request): void {
    const peer = { ...this.#peer, certificates: [] };
    const request = { method, path, headers, peer, ...(body === '' ? {} : { body }) };
    const response = this.#listener.http?.(request) ?? BAD_REQUEST;
    this.#ended = last;
    this.#answers += textOf(response, last, method !== 'HEAD');
    if (method === 'HEAD') response.stream?.close();
    else if (response.stream) {
      this.#stream = response.stream;
      this.readable = response.stream.ready;
    }
  }

  protected override close(): void {
    this.#stream?.close();
  }
}

/** The first whole request of what was written, and how long it is. Undefined: it is not whole yet. */
function takeRequest(text: string): { request: Request; length: number } | 'bad' | undefined {
  const head = /^((?:[^\n]*\S[^\n]*\n)+)\r?\n/.exec(text);
  if (!head) return undefined;
  const [line = '', ...fields] = (head[1] as string).split(/\r?\n/).slice(0, -1);
  const first = /^([A-Z]+) (\S+) HTTP\/(1\.[01])$/.exec(line);
  if (!first) return 'bad';
  const headers: Record<string, string> = {};
  for (const field of fields) {
    const [, name, value] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(field) ?? [];
    if (name === undefined) return 'bad';
    headers[name.toLowerCase()] = value as string;
  }
  const [, method, path, version] = first as unknown as [string, string, string, string];
  if (version === '1.1' && headers['host'] === undefined) return 'bad';
  const body = takeBody(text.slice(head[0].length), Number(headers['content-length'] ?? 0));
  if (body === undefined) return undefined;
  const connection = headers['connection']?.toLowerCase();
  const last = version === '1.1' ? connection === 'close' : connection !== 'keep-alive';
  return { request: { method, path, headers, body, last }, length: head[0].length + body.length };
}

/** That many bytes of text; undefined: there are fewer. */
function takeBody(text: string, bytes: number): string | undefined {
  let taken = 0;
  let end = 0;
  while (taken < bytes) {
    const character = String.fromCodePoint(text.codePointAt(end) ?? 0);
    if (end >= text.length) return undefined;
    taken += byteLength(character);
    end += character.length;
  }
  return text.slice(0, end);
}

function textOf(response: HttpResponse, last: boolean, withBody = true): string {
  const body = bodyText(response);
  const { 'content-length': length, ...others } = response.headers;
  const size: Record<string, string> = response.stream
    ? { 'transfer-encoding': 'chunked' }
    : { 'content-length': length ?? String(byteLength(body)) };
  const headers: Record<string, string> = { ...others, ...size, ...(last ? { connection: 'close' } : {}) };
  const lines = Object.entries(headers).map(([name, value]) => `${titled(name)}: ${value}\r\n`);
  const status = `HTTP/1.1 ${response.status} ${statusText(response.status)}\r\n`;
  return `${status}${lines.join('')}\r\n${withBody ? body : ''}`;
}

/** `content-type` as `Content-Type`. */
function titled(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
