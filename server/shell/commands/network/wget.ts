import {
  byteLength,
  type HttpResponse,
  isSystemError,
  type Listener,
  shownCertificates,
  statusText,
} from '../../../host/index.ts';
import { parseCertificates } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { formatDate, zoneOf } from '../../dates.ts';
import { BANNER, isApplet } from '../core/applet.ts';
import { type Call, tool } from '../core/tool.ts';
import { dial, handshake, lookUp, pass } from './dial.ts';
import { ask, eachPiece, headerLines, hostHeader, type Place, readUrl, redirectTarget } from './web.ts';
import { busyboxVoice } from './wget-busybox.ts';
import { gnuVoice } from './wget-gnu.ts';
import { type Voice, WgetError } from './wget-voice.ts';

const SYSTEM_CAS = '/etc/ssl/certs/ca-certificates.crt';
const USAGE = "Usage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n";

export const wget = tool({
  name: 'wget',
  summary: 'retrieve files over HTTP',
  usage: '[OPTION]... [URL]...',
  version: 'GNU Wget 1.21.4',
  usageStatus: 2,
  refusal: (message) => `wget: ${message}\n${USAGE}`,
  prepare: (args) =>
    args.map((arg) => (arg === '-nv' ? '--no-verbose' : arg === '-nc' ? '--no-clobber' : arg)),
  options:
    'q|quiet O|output-document= o|output-file= S|server-response spider T|timeout= connect-timeout= read-timeout= dns-timeout= t|tries= w|wait= waitretry= v|verbose no-verbose no-clobber no-check-certificate ca-certificate= certificate= private-key= header= post-data= post-file= method= body-data= body-file= user= password= http-user= http-password= P|directory-prefix= U|user-agent= max-redirect= content-on-error retry-connrefused c|continue 4|inet4-only 6|inet6-only no-proxy Y|proxy= show-progress progress= no-cache no-dns-cache no-hsts https-only V',
  *run(call) {
    if (call.operands.length === 0) {
      const applet = isApplet(call.context, 'wget');
      yield* call.context.err(
        applet ? `${BANNER}\n\nUsage: wget [OPTIONS] URL\n` : `wget: missing URL\n${USAGE}`,
      );
      return 1;
    }
    let status = 0;
    for (const url of call.operands) status = Math.max(status, yield* new Download(call, url).run());
    return status;
  },
});

class Download {
  readonly #call: Call;
  readonly #url: string;
  readonly #applet: boolean;
  readonly #voice: Voice;
  #said = '';

  constructor(call: Call, url: string) {
    this.#call = call;
    this.#url = url;
    this.#applet = isApplet(call.context, 'wget');
    const terminal = call.context.isTerminal(2);
    this.#voice = this.#applet ? busyboxVoice : gnuVoice(terminal);
  }

  get #timeoutMs(): number {
    const given = this.#call.options.get('T') ?? this.#call.options.get('connect-timeout');
    return given === undefined || Number(given) === 0 ? Number.POSITIVE_INFINITY : Number(given) * 1000;
  }

  *run(): Steps<number> {
    const tries = this.#applet ? 1 : Number(this.#call.options.get('t') ?? 20) || Number.POSITIVE_INFINITY;
    for (let round = 1; ; round++) {
      try {
        yield* this.#fetch(round);
        return 0;
      } catch (error) {
        if (!(error instanceof WgetError)) throw error;
        yield* this.#call.flush();
        const again = error.again && round < tries;
        if (this.#applet) yield* this.#call.context.err(error.message);
        else
          yield* this.#say(
            again ? error.message.replace(/Giving up\.\n\n$/, 'Retrying.\n\n') : error.message,
          );
        if (!again) return error.code;
        yield* this.#call.context.sleep(Math.min(round, 10) * 1000);
      }
    }
  }

  /** Goes to standard error, or to the file of -o, unless -q. */
  *#say(text: string): Steps<void> {
    const { options, context } = this.#call;
    if (options.has('q') || text === '') return;
    const log = options.get('o');
    if (log !== undefined) {
      this.#said += text;
      context.fs.write(log, this.#said);
      return;
    }
    if (!options.has('no-verbose')) yield* context.err(text);
  }

  *#fetch(round: number): Steps<void> {
    let url = this.#url;
    for (let hops = 0; ; hops++) {
      const place = readUrl(url);
      if ('wrong' in place) {
        const what =
          place.wrong === 'scheme'
            ? `${url}: Unsupported scheme ‘${place.what}’.\n`
            : `${url}: Invalid host name.\n`;
        throw new WgetError(1, this.#applet ? `wget: not an http or ftp url: ${url}\n` : what);
      }
      if (!this.#applet) yield* this.#say(this.#stamp(place, round));
      const next = yield* this.#one(place);
      if (next === undefined) return;
      const limit = Number(this.#call.options.get('max-redirect') ?? (this.#applet ? 5 : 20));
      if (hops >= limit)
        throw new WgetError(
          8,
          this.#applet ? 'wget: too many redirections\n' : `${limit} redirections exceeded.\n`,
        );
      url = next;
      if (!this.#applet) yield* this.#say(this.#voice.redirect(url));
    }
  }

  #stamp(place: Place, round: number): string {
    const { context } = this.#call;
    const at = formatDate('%F %T', context.now, zoneOf(context));
    const tries = round > 1 ? `(try:${String(round).padStart(2)})  ` : '';
    const spider = this.#call.options.has('spider')
      ? 'Spider mode enabled. Check if remote file exists.\n'
      : '';
    return `${spider}--${at}--  ${tries}${place.scheme}://${hostHeader(place)}${place.path}\n`;
  }

  /** One request. Returns where it is redirected to, if it is. */
  *#one(place: Place): Steps<string | undefined> {
    const { options, context } = this.#call;
    const response = yield* this.#exchange(place);
    const status = `${response.status} ${statusText(response.status)}`;
    const head = options.has('spider');
    const fields = headerLines(context, response);
    const given = fields.find((line) => /^content-length:/i.test(line))?.split(' ')[1];
    const shown = options.has('S')
      ? ['', `HTTP/1.1 ${status}`, ...fields]
          .map((line) => (line === '' ? '\n' : `  ${line}\n`))
          .join('')
          .replace(/^\n/, this.#applet ? '' : '\n')
      : '';
    const location = response.headers['location'];
    const redirected = location !== undefined && response.status >= 300 && response.status < 400;
    const length = given === undefined ? undefined : Number(given);
    yield* this.#say(this.#applet ? shown : this.#answer(status, response, length, shown, redirected));
    if (redirected) return redirectTarget(place, location);
    if (response.status >= 400) {
      if (options.has('content-on-error')) yield* this.#save(place, response);
      throw this.#voice.refused(context, status);
    }
    if (head) {
      yield* this.#say(this.#voice.exists());
      return undefined;
    }
    yield* this.#save(place, response);
    return undefined;
  }

  #answer(
    status: string,
    response: HttpResponse,
    length: number | undefined,
    shown: string,
    redirected: boolean,
  ): string {
    const first = shown === '' ? `${status}\n` : shown;
    return redirected || response.status >= 400
      ? first
      : first + this.#voice.answered(status, response, length);
  }

  *#exchange(place: Place): Steps<HttpResponse> {
    const { options, context } = this.#call;
    const deadline = context.now + this.#timeoutMs;
    const literal = /^[\d.]+$|^\[/.test(place.host);
    if (!literal) yield* this.#say(this.#voice.resolving(place));
    const name = yield* lookUp(context, place.host, deadline);
    if (!name.ok) throw this.#voice.unresolved(place, name.why === 'not-found');
    if (!literal) yield* this.#say(this.#voice.resolved(place, name.address));
    yield* this.#say(this.#voice.connecting(place, name.address));
    const found = yield* dial(context, name.address, place.port, deadline);
    if (!found.ok) throw this.#voice.failed(place, name.address, found.why);
    const secure = place.scheme === 'https';
    const certificates = secure ? this.#clientCertificate() : '';
    if (secure) {
      const insecure = this.#applet || options.has('no-check-certificate');
      if (this.#applet && !options.has('no-check-certificate'))
        yield* this.#say('wget: note: TLS certificate validation not implemented\n');
      const me = { roots: this.#roots(), host: place.host, insecure, certificates };
      yield* this.#say(this.#voice.connected());
      const trouble = handshake(found.listener, me, context.now);
      if (trouble) throw this.#voice.tls(place, trouble, issuerOf(found.listener, me.host));
    } else yield* this.#say(this.#voice.connected());
    if (!this.#applet) yield* this.#say('HTTP request sent, awaiting response... ');
    if (!(yield* pass(context, 2, deadline))) throw new WgetError(4, this.#voice.timedOut);
    const body = yield* this.#body();
    const method =
      options.get('method') ?? (options.has('spider') ? 'HEAD' : body === undefined ? 'GET' : 'POST');
    const request = {
      method,
      path: place.path,
      headers: this.#headers(place, body),
      ...(body === undefined ? {} : { body }),
    };
    const response = ask(context, found.listener, found.from, request, { secure, certificates });
    if (response) return response;
    throw new WgetError(
      4,
      this.#applet ? 'wget: error getting response\n' : 'No data received.\nGiving up.\n\n',
    );
  }

  #roots(): string {
    const { fs } = this.#call.context;
    const path = this.#call.options.get('ca-certificate') ?? SYSTEM_CAS;
    return fs.isFile(path) && fs.can(path, 'read') ? fs.read(path) : '';
  }

  #clientCertificate(): string {
    const path = this.#call.options.get('certificate');
    return path === undefined ? '' : this.#call.context.fs.read(path);
  }

  *#body(): Steps<string | undefined> {
    const { options } = this.#call;
    const file = options.get('post-file') ?? options.get('body-file');
    if (file !== undefined) return yield* this.#call.readFile(file);
    return options.get('post-data') ?? options.get('body-data');
  }

  #headers(place: Place, body: string | undefined): Record<string, string> {
    const { options } = this.#call;
    const headers: Record<string, string> = {
      host: hostHeader(place),
      'user-agent': options.get('U') ?? (this.#applet ? 'Wget' : 'Wget/1.21.4'),
      ...(this.#applet ? {} : { accept: '*/*', 'accept-encoding': 'identity' }),
      connection: this.#applet ? 'close' : 'Keep-Alive',
    };
    const user = options.get('user') ?? options.get('http-user');
    const password = options.get('password') ?? options.get('http-password') ?? '';
    const login = user === undefined ? place.user : `${user}:${password}`;
    if (login !== undefined) headers['authorization'] = `Basic ${Buffer.from(login).toString('base64')}`;
    if (body !== undefined) {
      headers['content-type'] = 'application/x-www-form-urlencoded';
      headers['content-length'] = String(byteLength(body));
    }
    for (const line of options.all('header')) {
      const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/s.exec(line) ?? [];
      if (name !== '') headers[name.toLowerCase()] = value;
    }
    return headers;
  }

  #fileFor(place: Place): string {
    const { options, context } = this.#call;
    const chosen = options.get('O');
    if (chosen !== undefined) return chosen;
    const last = (place.path.split('?')[0] as string).replace(/.*\//, '');
    const query = /\?.*/.exec(place.path)?.[0] ?? '';
    const prefix = options.has('P') ? `${options.get('P')}/` : '';
    const name = `${prefix}${last === '' ? 'index.html' : last}${this.#applet ? '' : query}`;
    if (!context.fs.exists(name) || options.has('c', 'no-clobber')) return name;
    if (this.#applet) throw new WgetError(1, `wget: can't open '${name}': File exists\n`);
    for (let i = 1; ; i++) if (!context.fs.exists(`${name}.${i}`)) return `${name}.${i}`;
  }

  *#save(place: Place, response: HttpResponse): Steps<void> {
    const { context } = this.#call;
    const file = this.#fileFor(place);
    yield* this.#say(this.#voice.saving(file));
    const parent = file.slice(0, Math.max(0, file.lastIndexOf('/')));
    try {
      if (parent !== '' && this.#call.options.has('P')) context.fs.mkdirAll(parent);
      if (file !== '-' && file !== '/dev/null') context.fs.write(file, '');
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new WgetError(
        this.#applet ? 1 : 3,
        this.#applet ? `wget: can't open '${file}': ${error.message}\n` : `${file}: ${error.message}\n`,
      );
    }
    let bytes = 0;
    const call = this.#call;
    const whole = yield* eachPiece(context, response, context.now + this.#timeoutMs, function* (piece) {
      bytes += byteLength(piece);
      if (file === '-') {
        yield* call.print(piece);
        yield* call.flush();
      } else if (file !== '/dev/null') context.fs.append(file, piece);
    });
    if (!whole) throw new WgetError(this.#applet ? 1 : 4, this.#voice.timedOut);
    if (!this.#applet && this.#call.options.has('no-verbose') && !this.#call.options.has('q')) {
      const at = formatDate('%F %T', context.now, zoneOf(context));
      yield* context.err(
        `${at} URL:${place.scheme}://${hostHeader(place)}${place.path} [${bytes}/${bytes}] -> "${file}" [1]\n`,
      );
    }
    yield* this.#say(this.#voice.saved(context, file, bytes));
  }
}

/** Who has signed the certificate that is shown, as RFC 2253 writes names. */
function issuerOf({ tls }: Listener, host: string): string {
  const leaf = parseCertificates(tls ? shownCertificates(tls, host) : '')[0];
  return [...(leaf?.issuer ?? [])]
    .reverse()
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
