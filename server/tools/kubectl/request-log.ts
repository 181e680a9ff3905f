import { klogLine } from '../../cluster/klog.ts';
import { bodyText, byteLength, type Context, type HttpResponse, statusText } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';

/** What client-go may do differently, all as released: it says so when it is first asked. */
const GATES = {
  ClientsAllowCBOR: false,
  ClientsPreferCBOR: false,
  InOrderInformers: true,
  InformerResourceVersion: false,
  WatchListClient: false,
};

/** One request on its way. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Its text is made only for a log that shows it. */
  body(): string;
}

/** The requests of a run on standard error, as `-v` asks. Models client-go/transport/round_trippers.go */
export class RequestLog {
  readonly #context: Context;
  readonly #verbosity: number;
  readonly #files: readonly string[];
  #begun = false;
  #connected = false;

  /** `files`: the kubeconfig files that were read. */
  constructor(context: Context, verbosity: number, files: readonly string[]) {
    this.#context = context;
    this.#verbosity = verbosity;
    this.#files = files;
  }

  *request({ method, url, headers, body }: Exchange): Steps<void> {
    if (this.#verbosity < 1) return;
    yield* this.#begin();
    if (this.#verbosity >= 8) yield* this.#body('Request Body', body());
    if (this.#verbosity >= 9) {
      const given = sorted(headers).map(([name, value]) => ` -H ${JSON.stringify(`${name}: ${value}`)}`);
      yield* this.#say(
        527,
        `"Request" curlCommand=${block([`curl -v -X${method} ${given.join('')} '${url}'`])}`,
      );
    } else if (this.#verbosity >= 7) {
      yield* this.#say(527, `"Request" verb="${method}" url="${url}" headers=${shown(headers)}`);
    }
  }

  /** What came back, or nothing when nobody answered. */
  *response({ method, url }: Exchange, took: number, response: HttpResponse | undefined): Steps<void> {
    if (this.#verbosity < 6) return;
    const detailed = this.#verbosity >= 9;
    const status = response ? `${response.status} ${statusText(response.status)}`.trimEnd() : '';
    if (detailed && response && !this.#connected) yield* this.#dialled(url);
    const about = this.#verbosity === 6 || detailed ? ` verb="${method}" url="${url}"` : '';
    const headers = this.#verbosity >= 8 && response ? ` headers=${shown(received(response))}` : '';
    const timing = detailed ? this.#timing(took) : '';
    this.#connected = true;
    yield* this.#say(632, `"Response"${about} status="${status}"${headers} milliseconds=${took}${timing}`);
    if (this.#verbosity >= 8 && response && !response.stream) {
      yield* this.#body('Response Body', bodyText(response));
    }
  }

  *#begin(): Steps<void> {
    if (this.#begun) return;
    this.#begun = true;
    if (this.#verbosity >= 6) {
      for (const file of this.#files) yield* this.#line('loader.go:402', `Config loaded from file:  ${file}`);
    }
    for (const [name, enabled] of Object.entries(GATES)) {
      yield* this.#line('envvar.go:172', `"Feature gate default state" feature="${name}" enabled=${enabled}`);
    }
  }

  *#dialled(url: string): Steps<void> {
    const address = /^https?:\/\/([^/]*)/.exec(url)?.[1] ?? '';
    yield* this.#say(562, `"HTTP Trace: Dial succeed" network="tcp" address="${address}"`);
  }

  #timing(took: number): string {
    if (this.#connected) return ` getConnectionMilliseconds=0 serverProcessingMilliseconds=${took}`;
    return ` dnsLookupMilliseconds=0 dialMilliseconds=0 tlsHandshakeMilliseconds=2 serverProcessingMilliseconds=${Math.max(0, took - 2)}`;
  }

  *#body(name: string, body: string): Steps<void> {
    const limit = this.#verbosity >= 10 ? Number.POSITIVE_INFINITY : this.#verbosity === 9 ? 10_240 : 1024;
    const text =
      body.length > limit ? `${body.slice(0, limit)} [truncated ${body.length - limit} chars]` : body;
    const value = text.includes('\n') ? block(text.replace(/\n$/, '').split('\n')) : JSON.stringify(text);
    yield* this.#line('helper.go:105', `"${name}" body=${value}`);
  }

  *#say(line: number, text: string): Steps<void> {
    yield* this.#line(`round_trippers.go:${line}`, text);
  }

  *#line(source: string, text: string): Steps<void> {
    yield* this.#context.err(klogLine(this.#context, 'I', source, text));
  }
}

/** What Go's HTTP/2 server writes before it knows the length of an answer. */
const BUFFER = 4096;

function received(response: HttpResponse): HttpResponse['headers'] {
  if (response.stream || response.upgrade) return response.headers;
  const length = byteLength(bodyText(response));
  return length > BUFFER ? response.headers : { 'content-length': String(length), ...response.headers };
}

/** Headers in Go's spelling and order; who can read a log should not be able to log in. */
function sorted(headers: HttpResponse['headers'] | Exchange['headers']): [string, string][] {
  return Object.entries(headers)
    .map(([name, value]): [string, string] => [
      name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
      name === 'authorization' ? String(value).replace(/ .*/, ' <masked>') : String(value),
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function shown(headers: HttpResponse['headers'] | Exchange['headers']): string {
  return block(sorted(headers).map(([name, value]) => `${name}: ${value}`));
}

/** A value of several lines, as klog writes it. */
function block(lines: readonly string[]): string {
  return `<\n${lines.map((line) => `\t${line}\n`).join('')} >`;
}
