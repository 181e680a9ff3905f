import {
  byteLength,
  type HttpRequest,
  type HttpResponse,
  isSystemError,
  type Listener,
} from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { meterEnd, meterStart, type Outcome, requestLines, tlsLines, writeOut } from './curl-show.ts';
import { dial, handshake, keyMatches, lookUp, pass, type TlsTrouble, VERIFY_TEXTS } from './dial.ts';
import {
  ask,
  eachPiece,
  headerLines,
  hostHeader,
  type Place,
  readUrl,
  reason,
  redirectTarget,
} from './web.ts';

const VERSION = '8.5.0';
const TRY = "curl: try 'curl --help' or 'curl --manual' for more information\n";
const SYSTEM_CAS = '/etc/ssl/certs/ca-certificates.crt';
/** What a server takes to answer. */
const ANSWER_MS = 2;

/** Options of the real one that nothing here stands behind. */
const REFUSED =
  'x|proxy= F|form= c|cookie-jar= K|config= C|continue-at= Z|parallel U|proxy-user= connect-to= interface= socks5= z|time-cond= n|netrc ftp-port= t|telnet-option= r|range=';

export const curl = tool({
  name: 'curl',
  summary: 'transfer a URL',
  usage: '[options...] <url>',
  version: `curl ${VERSION}`,
  usageStatus: 2,
  refusal: (message) => `curl: ${refusalText(message)}\n${TRY}`,
  options: `s|silent S|show-error i|include I|head v|verbose o|output= O|remote-name X|request= d|data|data-ascii= data-raw= data-binary= data-urlencode= json= G|get H|header= k|insecure L|location location-trusted max-redirs= f|fail fail-with-body fail-early m|max-time= connect-timeout= w|write-out= u|user= resolve= cacert= capath= E|cert= key= cert-type= key-type= A|user-agent= e|referer= b|cookie= T|upload-file= retry= retry-delay= retry-max-time= retry-connrefused retry-all-errors 4|ipv4 6|ipv6 0|http1.0 http1.1 http2 http2-prior-knowledge compressed N|no-buffer #|progress-bar no-progress-meter g|globoff unix-socket= oauth2-bearer= q|disable D|dump-header= create-dirs output-dir= path-as-is url= noproxy= tlsv1.2 tlsv1.3 tls-max= ciphers= stderr= V h ${REFUSED}`,
  *run(call) {
    const { options, context } = call;
    if (options.has('V')) {
      yield* call.print(
        `curl ${VERSION} (x86_64-pc-linux-gnu) libcurl/${VERSION} OpenSSL/3.0.13\nProtocols: http https\n`,
      );
      return 0;
    }
    if (options.has('h')) {
      yield* call.print('Usage: curl [options...] <url>\n');
      return 0;
    }
    for (const word of REFUSED.split(' ')) {
      const given = options.given.find((one) => one.name === word.split(/[|=]/)[0]);
      if (!given) continue;
      yield* context.err(
        `curl: option ${given.shown}: the installed libcurl version doesn't support this\n${TRY}`,
      );
      return 2;
    }
    const urls = [...options.all('url'), ...call.operands];
    if (urls.length === 0) {
      yield* context.err(`curl: no URL specified!\n${TRY}`);
      return 2;
    }
    let status = 0;
    for (const [index, url] of urls.entries()) {
      status = yield* new Transfer(call, url, index).run();
      if (status !== 0 && options.has('fail-early')) return status;
    }
    return status;
  },
});

function refusalText(message: string): string {
  const [, name] = /'(.*)'$/.exec(message) ?? [];
  const shown = name?.startsWith('--') ? name : `-${name?.slice(0, 1) === '-' ? name.slice(1) : name}`;
  const what = message.includes('requires an argument')
    ? 'requires parameter'
    : message.includes("doesn't allow")
      ? 'used with an argument it does not take'
      : 'is unknown';
  if (message.includes('requires an argument') && !shown.startsWith('--')) return `option ${shown}: ${what}`;
  return `option ${/--[^' ]*/.exec(message)?.[0] ?? shown}: ${what}`;
}

/** Ends a transfer: curl's exit code and its message. */
class CurlError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

class Transfer {
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
    this.#outcome = {
      url,
      status: 0,
      contentType: '',
      downloaded: 0,
      uploaded: 0,
      headerBytes: 0,
      redirects: 0,
      redirectUrl: '',
      remote: '',
      remotePort: 0,
      local: '',
      exitCode: 0,
      errorText: '',
      startedAt: now,
      lookedUpAt: now,
      connectedAt: now,
      tlsAt: now,
      http2: false,
      verifyResult: 0,
      method: 'GET',
      scheme: 'HTTP',
      file: '',
    };
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
      return error;
    }
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
    if (this.#metered)
      yield* meterEnd(context, outcome.downloaded, outcome.uploaded, context.now - outcome.startedAt);
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
    let method = this.#method();
    let body = yield* this.#body();
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
      yield* this.#note(`Issue another request to this URL: '${url}'`);
      this.#outcome.redirects++;
      this.#outcome.url = url;
      this.#outcome.redirectUrl = '';
      if (!options.has('X') && (response.status === 303 || (response.status < 303 && method === 'POST'))) {
        method = method === 'HEAD' ? 'HEAD' : 'GET';
        body = undefined;
      }
    }
  }

  #method(): string {
    const { options } = this.#call;
    const natural = options.has('I')
      ? 'HEAD'
      : options.has('T')
        ? 'PUT'
        : options.has('d', 'data-raw', 'data-binary', 'data-urlencode', 'json') && !options.has('G')
          ? 'POST'
          : 'GET';
    return options.get('X') ?? natural;
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

  *#body(): Steps<string | undefined> {
    const { options } = this.#call;
    if (options.has('T')) return yield* this.#content(options.get('T') as string, false);
    const parts: string[] = [];
    let joint = '&';
    for (const { name, value = '' } of options.given) {
      if (name === 'd')
        parts.push(value.startsWith('@') ? yield* this.#content(value.slice(1), true) : value);
      else if (name === 'data-raw') parts.push(value);
      else if (name === 'data-binary' || name === 'json') {
        if (name === 'json') joint = '';
        parts.push(value.startsWith('@') ? yield* this.#content(value.slice(1), false) : value);
      } else if (name === 'data-urlencode') {
        const equals = value.indexOf('=');
        parts.push(
          value.slice(0, equals < 0 ? 0 : Math.max(0, equals === 0 ? 0 : equals + 1)) +
            encodeURIComponent(value.slice(equals + 1)),
        );
      }
    }
    return parts.length === 0 ? undefined : parts.join(joint);
  }

  *#content(path: string, strip: boolean): Steps<string> {
    try {
      const text = yield* this.#call.readFile(path);
      return strip ? text.replace(/[\r\n\0]/g, '') : text;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new CurlError(26, 'Failed to open/read local data from file/application');
    }
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
      headers: this.#headers(place, body),
      ...(body === undefined ? {} : { body }),
    };
    outcome.uploaded = body === undefined ? 0 : byteLength(body);
    if (this.#call.options.has('v')) yield* context.err(requestLines(request, outcome.http2));
    if (!(yield* pass(context, ANSWER_MS, this.#deadline))) throw this.#timedOut();
    const response = ask(context, listener, from, request, { secure, certificates });
    if (!response) throw new CurlError(52, 'Empty reply from server');
    return { response, secure: outcome.http2 };
  }

  *#connect(place: Place): Steps<{ listener: Listener; from: string; address: string }> {
    const { options, context } = this.#call;
    const socket = options.get('unix-socket');
    if (socket !== undefined) {
      const listener = context.network.network.unix.get(`${context.host.hostname}:${socket}`);
      if (!listener)
        throw new CurlError(
          7,
          `Failed to connect to ${place.host} port ${place.port} after 0 ms: Couldn't connect to server`,
        );
      return { listener, from: '', address: socket };
    }
    const started = context.now;
    const connectDeadline = Math.min(this.#deadline, started + this.#seconds('connect-timeout'));
    const address = yield* this.#address(place, connectDeadline);
    this.#outcome.lookedUpAt = context.now;
    yield* this.#note(`  Trying ${address}:${place.port}...`);
    const found = yield* dial(context, address, place.port, connectDeadline);
    const took = context.now - started;
    const failed = `Failed to connect to ${place.host} port ${place.port} after ${took} ms`;
    if (found.ok) {
      yield* this.#note(`Connected to ${place.host} (${address}) port ${place.port}`);
      return { listener: found.listener, from: found.from, address };
    }
    if (found.why === 'deadline') {
      if (connectDeadline === this.#deadline)
        throw new CurlError(28, `Connection timed out after ${took + 1} milliseconds`);
      throw new CurlError(
        28,
        `Failed to connect to ${place.host} port ${place.port} after ${took + 1} ms: Timeout was reached`,
      );
    }
    const why = {
      refused: 'Connection refused',
      timeout: 'Connection timed out',
      unreachable: 'Network is unreachable',
      'no-route': 'No route to host',
    }[found.why];
    yield* this.#note(`connect to ${address} port ${place.port} failed: ${why}`);
    yield* this.#note(`${failed}: Couldn't connect to server`);
    throw new CurlError(found.why === 'timeout' ? 28 : 7, `${failed}: Couldn't connect to server`);
  }

  *#address(place: Place, deadline: number): Steps<string> {
    const { options, context } = this.#call;
    for (const entry of options.all('resolve').reverse()) {
      const [, host, port, address] = /^[+-]?([^:]+):(\d+):\[?([^,\]]+)/.exec(entry) ?? [];
      if ((host === place.host || host === '*') && Number(port) === place.port && address) return address;
    }
    const found = yield* lookUp(context, place.host, deadline);
    if (found.ok) {
      if (found.address !== place.host.replace(/^\[|\]$/g, ''))
        yield* this.#note(
          `Host ${place.host}:${place.port} was resolved.\n* IPv6: (none)\n* IPv4: ${found.address}`,
        );
      return found.address;
    }
    if (found.why === 'deadline')
      throw new CurlError(
        28,
        `Resolving timed out after ${context.now - this.#outcome.startedAt + 1} milliseconds`,
      );
    yield* this.#note(`Could not resolve host: ${place.host}`);
    throw new CurlError(6, `Could not resolve host: ${place.host}`);
  }

  /** The TLS handshake. Returns the client certificates that were shown. */
  *#secure(listener: Listener, place: Place): Steps<string> {
    const { options, context } = this.#call;
    const caFile =
      options.get('cacert') ?? context.env.get('CURL_CA_BUNDLE') ?? context.env.get('SSL_CERT_FILE');
    const insecure = options.has('k');
    const roots = this.#roots(caFile, insecure);
    const certificates = this.#clientCertificate();
    yield* context.sleep(ANSWER_MS);
    const host = place.host.replace(/^\[|\]$/g, '');
    const me = { roots, host, insecure, certificates };
    const trouble = handshake(listener, me, context.now);
    if (trouble && trouble !== 'certificate-required' && trouble !== 'certificate-refused')
      throw this.#tlsError(trouble, host);
    this.#outcome.tlsAt = context.now;
    const verified = !insecure || handshake(listener, { ...me, insecure: false }, context.now) === undefined;
    this.#outcome.verifyResult = verified ? 0 : 20;
    if (options.has('v'))
      yield* context.err(tlsLines(listener, verified, insecure ? undefined : (caFile ?? SYSTEM_CAS), host));
    if (trouble) throw this.#tlsError(trouble, host);
    return certificates;
  }

  #roots(caFile: string | undefined, insecure: boolean): string {
    const { fs } = this.#call.context;
    const path = caFile ?? SYSTEM_CAS;
    if (fs.isFile(path) && fs.can(path, 'read')) return fs.read(path);
    if (caFile !== undefined && !insecure) throw new CurlError(77, `error setting certificate file: ${path}`);
    return '';
  }

  #clientCertificate(): string {
    const { options, context } = this.#call;
    const given = options.get('E');
    if (given === undefined) return '';
    const path = given.replace(/:[^/]*$/, '');
    const read = (file: string) =>
      context.fs.isFile(file) && context.fs.can(file, 'read') ? context.fs.read(file) : undefined;
    const certificate = read(path);
    if (certificate === undefined || !certificate.includes('-----BEGIN CERTIFICATE-----'))
      throw new CurlError(
        58,
        `could not load PEM client certificate from ${path}, OpenSSL error error:80000002:system library::No such file or directory, (no key found, wrong pass phrase, or wrong file format?)`,
      );
    const keyPath = options.get('key') ?? path;
    const key = read(keyPath);
    if (key === undefined || !keyMatches(certificate, key))
      throw new CurlError(58, `unable to set private key file: '${keyPath}' type PEM`);
    return certificate;
  }

  #tlsError(trouble: TlsTrouble, host: string): CurlError {
    const [, why] = VERIFY_TEXTS[trouble] ?? [];
    const more =
      '\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the web page mentioned above.';
    if (why) return new CurlError(60, `SSL certificate problem: ${why}${more}`);
    if (trouble === 'name')
      return new CurlError(
        60,
        `SSL: no alternative certificate subject name matches target host name '${host}'${more}`,
      );
    if (trouble === 'plain')
      return new CurlError(35, 'OpenSSL/3.0.13: error:0A00010B:SSL routines::wrong version number');
    const alert =
      trouble === 'certificate-required'
        ? '0A00045C:SSL routines::tlsv13 alert certificate required'
        : '0A000412:SSL routines::sslv3 alert bad certificate';
    return new CurlError(56, `OpenSSL SSL_read: OpenSSL/3.0.13: error:${alert}, errno 0`);
  }

  #headers(place: Place, body: string | undefined): Record<string, string> {
    const { options } = this.#call;
    const headers: Record<string, string> = { host: hostHeader(place) };
    const user = options.get('u') ?? place.user;
    if (user !== undefined)
      headers['authorization'] =
        `Basic ${Buffer.from(user.includes(':') ? user : `${user}:`).toString('base64')}`;
    if (options.has('oauth2-bearer')) headers['authorization'] = `Bearer ${options.get('oauth2-bearer')}`;
    headers['user-agent'] = options.get('A') ?? `curl/${VERSION}`;
    headers['accept'] = options.has('json') ? 'application/json' : '*/*';
    if (options.has('e')) headers['referer'] = options.get('e') as string;
    if (options.has('b')) headers['cookie'] = options.get('b') as string;
    if (options.has('compressed')) headers['accept-encoding'] = 'deflate, gzip, br, zstd';
    if (body !== undefined && !options.has('G')) {
      headers['content-length'] = String(byteLength(body));
      if (!options.has('T'))
        headers['content-type'] = options.has('json')
          ? 'application/json'
          : 'application/x-www-form-urlencoded';
    }
    for (const line of options.all('H')) {
      const [, name = '', sign, value = ''] = /^([^:;]+)([:;])\s*(.*)$/s.exec(line) ?? [];
      if (name === '') continue;
      if (sign === ':' && value === '') delete headers[name.toLowerCase()];
      else headers[name.toLowerCase()] = value.trimEnd();
    }
    return headers;
  }

  *#receive(response: HttpResponse, http2: boolean, method: string, discard: boolean): Steps<void> {
    const { options, context } = this.#call;
    const outcome = this.#outcome;
    const fields = headerLines(context, response, { lowerCase: http2, head: method === 'HEAD' });
    const lines = [
      `HTTP/${http2 ? '2' : '1.1'} ${response.status} ${http2 ? '' : reason(response.status)}`,
      ...fields,
    ];
    outcome.status = response.status;
    outcome.contentType = response.headers['content-type'] ?? '';
    outcome.headerBytes += lines.reduce((sum, line) => sum + line.length + 2, 2);
    if (options.has('v'))
      yield* context.err(
        [...lines, '']
          .map((line) => `< ${line}\r\n`)
          .join('')
          .replaceAll('\r', ''),
      );
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
    yield* this.#note(`Connection #0 to host ${hostOf(outcome.url)} left intact`);
    if (options.has('fail-with-body') && response.status >= 400)
      throw new CurlError(22, `The requested URL returned error: ${response.status}`);
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

  *#note(text: string): Steps<void> {
    if (this.#call.options.has('v')) yield* this.#call.context.err(`* ${text}\n`);
  }
}

function hostOf(url: string): string {
  const place = readUrl(url);
  return 'wrong' in place ? url : place.host;
}
