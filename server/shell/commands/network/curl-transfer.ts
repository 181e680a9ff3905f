import {
  byteLength,
  type HttpRequest,
  type HttpResponse,
  isSystemError,
  type Listener,
  negotiateTls,
  shownCertificates,
  statusText,
} from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { connectTo, note, type Reached } from './curl-connect.ts';
import { COULD_NOT_RESOLVE, CurlError } from './curl-error.ts';
import { handshakeLines } from './curl-handshake.ts';
import { bodyOf, headersOf, methodOf } from './curl-request.ts';
import { emptyOutcome, meterEnd, meterStart, type Outcome, writeOut } from './curl-show.ts';
import { clientCertificate, rootsOf, SYSTEM_CAS, tlsError, tlsOffer } from './curl-tls.ts';
import { requestBytes, requestLines } from './curl-verbose.ts';
import { distrust, handshake, pass, VERIFY_TEXTS } from './dial.ts';
import { ask, eachPiece, headerLines, hostOf, type Place, readUrl, redirectTarget } from './web.ts';

/** Only the server minds these, once the handshake is over. */
const TOLD_LATER: ReadonlySet<string> = new Set(['name', 'certificate-required', 'certificate-refused']);
/** What a server takes to answer. */
const ANSWER_MS = 2;

/** One URL from the first name looked up to the last byte. */
export class Transfer {
  readonly #call: Call;
  readonly #url: string;
  readonly #index: number;
  readonly #outcome: Outcome;
  #deadline: number;
  #metered = false;
  /** The file of `-o`; the body goes to standard output without. */
  #file: string | undefined;
  #created = false;

  constructor(call: Call, url: string, index: number) {
    this.#call = call;
    this.#url = url;
    this.#index = index;
    const now = call.context.now;
    this.#deadline = now + this.#seconds('m');
    this.#outcome = emptyOutcome(url, now);
  }

  *run(): Steps<number> {
    const { options, context } = this.#call;
    const retries = Number(options.get('retry') ?? 0);
    for (let round = 0; ; round++) {
      const error = yield* this.#once();
      const transient = error
        ? this.#isTransient(error)
        : [408, 429, 500, 502, 503, 504].includes(this.#outcome.status);
      if (transient && round < retries) {
        if (error && !error.told) yield* this.#hangUp();
        const wait = Number(options.get('retry-delay') ?? 2 ** round);
        if (!options.has('s') || options.has('S'))
          yield* context.err(
            `Warning: Problem: ${error ? 'timeout' : 'HTTP error'}. Will retry in ${wait} seconds. ${retries - round} retries left.\n`,
          );
        yield* context.sleep(wait * 1000);
        this.#deadline = context.now + this.#seconds('m');
        continue;
      }
      yield* this.#finish(error);
      return error?.code ?? 0;
    }
  }

  *#once(): Steps<CurlError | undefined> {
    this.#outcome.startedAt = this.#call.context.now;
    try {
      yield* this.#follow();
      return undefined;
    } catch (error) {
      if (!(error instanceof CurlError)) throw error;
      if (!error.told) yield* note(this.#call, error.message.split('\n')[0] as string);
      return error;
    }
  }

  *#hangUp(): Steps<void> {
    const { tlsVersion } = this.#outcome;
    yield* note(this.#call, 'Closing connection');
    if (tlsVersion) yield* note(this.#call, `${tlsVersion} (OUT), TLS alert, close notify (256):`);
  }

  #isTransient(error: CurlError): boolean {
    const { options } = this.#call;
    return (
      error.code === 28 ||
      (error.code === 7 && options.has('retry-connrefused')) ||
      options.has('retry-all-errors')
    );
  }

  #seconds(name: string): number {
    const given = this.#call.options.get(name);
    if (given === undefined || Number(given) === 0) return Number.POSITIVE_INFINITY;
    return Number(given) * 1000;
  }

  *#finish(error: CurlError | undefined): Steps<void> {
    const { options, context } = this.#call;
    const outcome = this.#outcome;
    yield* this.#call.flush();
    // A name without an address ends the transfer before there is a connection whose end the meter tells.
    if (this.#metered && error?.code !== COULD_NOT_RESOLVE)
      yield* meterEnd(context, outcome.downloaded, outcome.uploaded, context.now - outcome.startedAt);
    if (error && !error.told) yield* this.#hangUp();
    if (error) {
      outcome.exitCode = error.code;
      outcome.errorText = error.message.split('\n')[0] as string;
      if (!options.has('s') || options.has('S'))
        yield* context.err(`curl: (${error.code}) ${error.message}\n`);
    }
    const format = options.get('w');
    if (format === undefined) return;
    const text =
      format === '@-'
        ? yield* this.#call.readFile('-')
        : format.startsWith('@')
          ? yield* this.#call.readFile(format.slice(1))
          : format;
    yield* context.out(writeOut(text, outcome, context.now));
  }

  /** The request and, with -L, those it is redirected to. */
  *#follow(): Steps<void> {
    const { options } = this.#call;
    const limit = Number(options.get('max-redirs') ?? 50);
    let url = this.#url;
    let method = methodOf(this.#call);
    let body = yield* bodyOf(this.#call);
    for (let hops = 0; ; hops++) {
      const place = this.#place(url, body);
      const { response, secure } = yield* this.#exchange(
        place,
        method,
        method === 'GET' || method === 'HEAD' ? undefined : body,
      );
      const location = response.headers['location'];
      const redirected = location !== undefined && response.status >= 300 && response.status < 400;
      if (redirected) this.#outcome.redirectUrl = redirectTarget(place, location);
      const follows = redirected && options.has('L', 'location-trusted');
      yield* this.#receive(response, secure, method, follows);
      if (!follows) return;
      if (limit >= 0 && hops >= limit) throw new CurlError(47, `Maximum (${limit}) redirects followed`);
      url = redirectTarget(place, location);
      yield* note(this.#call, `Issue another request to this URL: '${url}'`);
      this.#outcome.redirects++;
      this.#outcome.url = url;
      this.#outcome.redirectUrl = '';
      if (!options.has('X') && (response.status === 303 || (response.status < 303 && method === 'POST'))) {
        method = method === 'HEAD' ? 'HEAD' : 'GET';
        body = undefined;
      }
    }
  }

  #place(url: string, body: string | undefined): Place {
    const place = readUrl(url);
    if ('wrong' in place) {
      if (place.wrong === 'scheme')
        throw new CurlError(1, `Protocol "${place.what}" not supported or disabled in libcurl`);
      throw new CurlError(
        3,
        place.wrong === 'port'
          ? 'URL rejected: Port number was not a decimal number between 0 and 65535'
          : 'URL rejected: No host part in the URL',
      );
    }
    if (this.#outcome.url === this.#url && !/^[a-z]+:\/\//i.test(url))
      this.#outcome.url = `http://${url}${url.includes('/') ? '' : '/'}`;
    if (!this.#call.options.has('G') || body === undefined) return place;
    return { ...place, path: `${place.path}${place.path.includes('?') ? '&' : '?'}${body}` };
  }

  *#exchange(
    place: Place,
    method: string,
    body: string | undefined,
  ): Steps<{ response: HttpResponse; secure: boolean }> {
    const { context } = this.#call;
    yield* this.#startMeter();
    const { listener, from, address } = yield* this.#connect(place);
    const secure = place.scheme === 'https';
    const outcome = this.#outcome;
    Object.assign(outcome, {
      remote: address,
      remotePort: place.port,
      local: from,
      connectedAt: context.now,
      scheme: place.scheme.toUpperCase(),
      method,
    });
    const certificates = secure ? yield* this.#secure(listener, place) : '';
    outcome.http2 = secure && !this.#call.options.has('http1.1', '0');
    const request: HttpRequest = {
      method,
      path: place.path,
      headers: headersOf(this.#call, place, body),
      ...(body === undefined ? {} : { body }),
    };
    outcome.uploaded = body === undefined ? 0 : byteLength(body);
    const shown = requestLines(request, outcome.http2, outcome.tlsVersion);
    outcome.requestBytes += requestBytes(shown);
    if (this.#call.options.has('v')) yield* context.err(shown);
    if (!(yield* pass(context, ANSWER_MS, this.#deadline))) throw this.#timedOut();
    const response = ask(context, listener, from, request, { secure, certificates });
    if (!response) throw new CurlError(52, 'Empty reply from server');
    return { response, secure: outcome.http2 };
  }

  *#connect(place: Place): Steps<Reached> {
    const { startedAt } = this.#outcome;
    const transfer = this.#deadline;
    const connect = Math.min(transfer, this.#call.context.now + this.#seconds('connect-timeout'));
    const reached = yield* connectTo(this.#call, place, { startedAt, connect, transfer });
    this.#outcome.lookedUpAt = reached.lookedUpAt;
    return reached;
  }

  /** The TLS handshake. Returns the client certificates that were shown. */
  *#secure(listener: Listener, place: Place): Steps<string> {
    const { options, context } = this.#call;
    const caFile =
      options.get('cacert') ?? context.env.get('CURL_CA_BUNDLE') ?? context.env.get('SSL_CERT_FILE');
    const insecure = options.has('k');
    const roots = rootsOf(this.#call, caFile, insecure);
    const certificates = clientCertificate(this.#call);
    yield* context.sleep(ANSWER_MS);
    const host = place.host.replace(/^\[|\]$/g, '');
    const me = { roots, host, insecure, certificates, ...tlsOffer(this.#call) };
    const shown = listener.tls ? shownCertificates(listener.tls, host) : '';
    const trouble = handshake(listener, me, context.now);
    const doubt = insecure ? distrust(shown, roots, context.now) : undefined;
    const [code = 0] = (doubt && VERIFY_TEXTS[doubt]) ?? [];
    this.#outcome.verifyResult = code;
    if (options.has('v'))
      yield* context.err(
        handshakeLines({
          listener,
          offer: me,
          trouble,
          doubt,
          caFile: insecure ? undefined : (caFile ?? SYSTEM_CAS),
          sendsCertificate: this.#call.options.has('E'),
        }),
      );
    const session = listener.tls && negotiateTls(listener.tls, me);
    if (typeof session === 'object' && (!trouble || TOLD_LATER.has(trouble)))
      Object.assign(this.#outcome, { tlsAt: context.now, tlsVersion: session.version });
    if (trouble) throw tlsError(trouble, host, shown);
    return certificates;
  }

  *#receive(response: HttpResponse, http2: boolean, method: string, discard: boolean): Steps<void> {
    const { options, context } = this.#call;
    const outcome = this.#outcome;
    const fields = headerLines(context, response, { lowerCase: http2 });
    const lines = [
      `HTTP/${http2 ? '2' : '1.1'} ${response.status} ${http2 ? '' : statusText(response.status)}`,
      ...fields,
    ];
    outcome.status = response.status;
    outcome.contentType = response.headers['content-type'] ?? '';
    outcome.headers = fields.length;
    outcome.headerBytes += lines.reduce((sum, line) => sum + line.length + 2, 2);
    if (options.has('v')) yield* context.err([...lines, ''].map((line) => `< ${line}\n`).join(''));
    const failing = options.has('f') && response.status >= 400;
    this.#openOutput();
    const head = `${lines.join('\r\n')}\r\n\r\n`;
    if (options.has('i', 'I')) yield* this.#write(head);
    const dump = options.get('D');
    if (dump === '-') yield* this.#call.print(head);
    else if (dump !== undefined) context.fs.write(dump, head);
    if (failing) throw new CurlError(22, `The requested URL returned error: ${response.status}`);
    if (method !== 'HEAD' || options.has('X')) {
      const whole = yield* eachPiece(context, response, this.#deadline, (piece) =>
        this.#take(piece, discard),
      );
      if (!whole) throw this.#timedOut();
    }
    if (!http2 && response.headers['connection'] === 'close') yield* this.#hangUp();
    else yield* note(this.#call, `Connection #0 to host ${hostOf(outcome.url)} left intact`);
    if (options.has('fail-with-body') && response.status >= 400)
      throw new CurlError(22, `The requested URL returned error: ${response.status}`, { told: true });
  }

  *#take(piece: string, discard: boolean): Steps<void> {
    const { options, context } = this.#call;
    const bytes = byteLength(piece);
    if (options.has('v') && !context.isTerminal(1)) yield* context.err(`{ [${bytes} bytes data]\n`);
    if (discard) return;
    this.#outcome.downloaded += bytes;
    yield* this.#write(piece);
    if (this.#file === undefined) yield* this.#call.flush();
  }

  #timedOut(): CurlError {
    const { now } = this.#call.context;
    return new CurlError(
      28,
      `Operation timed out after ${now - this.#outcome.startedAt + 1} milliseconds with ${this.#outcome.downloaded} bytes received`,
    );
  }

  /** Decides where the body goes. */
  #openOutput(): void {
    const { options, context } = this.#call;
    if (this.#created) return;
    const outputs = options.given.filter((one) => one.name === 'o' || one.name === 'O');
    const chosen = outputs[this.#index];
    if (!chosen || chosen.value === '-') return;
    let name = chosen.value ?? '';
    if (chosen.name === 'O') {
      name = this.#url
        .replace(/[?#].*/, '')
        .replace(/^[a-z]+:\/\//i, '')
        .replace(/^[^/]*\/?/, '')
        .replace(/.*\//, '');
      if (name === '') throw new CurlError(23, 'Remote file name has no length');
    }
    const directory = options.get('output-dir');
    this.#file = directory === undefined ? name : `${directory}/${name}`;
    this.#outcome.file = this.#file;
    this.#created = true;
    try {
      const slash = this.#file.lastIndexOf('/');
      if (options.has('create-dirs') && slash > 0) context.fs.mkdirAll(this.#file.slice(0, slash));
      if (!this.#file.startsWith('/dev/')) context.fs.write(this.#file, '');
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new CurlError(23, `client returned ERROR on write, 0 bytes were written`);
    }
  }

  *#write(text: string): Steps<void> {
    if (this.#file === undefined) yield* this.#call.print(text);
    else if (this.#file !== '/dev/null') this.#call.context.fs.append(this.#file, text);
  }

  *#startMeter(): Steps<void> {
    const { options, context } = this.#call;
    if (this.#metered || options.has('s', 'no-progress-meter')) return;
    const toFile = options.given.some((one) => one.name === 'O' || (one.name === 'o' && one.value !== '-'));
    if (!toFile && context.isTerminal(1)) return;
    this.#metered = true;
    yield* meterStart(context);
  }
}
