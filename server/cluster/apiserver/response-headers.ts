import type { HttpRequest, HttpResponse } from '../../host/index.ts';
import { Random } from '../../sim/index.ts';
import type { Audited } from './audit.ts';

/** Longer ones that a client chose are cut. Models apiserver/pkg/audit GetAuditIDTruncated. */
const AUDIT_ID_LENGTH = 64;

/**
 * What answers are called by. Models apiserver/pkg/endpoints/filters WithAuditInit. Every request is counted and few
 * names are read: each is drawn from its number when somebody asks.
 */
export class AuditIds {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** The client's own name for its request, or a new one. */
  of({ headers }: HttpRequest): () => string {
    const number = this.#count++;
    const given = headers['audit-id'];
    return () => given?.slice(0, AUDIT_ID_LENGTH) || this.#name(number);
  }

  #name(number: number): string {
    const random = new Random(`${this.#seed}/audit/${number}`);
    const [a, b, c, d] = [random.hex(8), random.hex(8), random.hex(8), random.hex(8)];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(0, 3)}-${c.slice(4)}${d}`;
  }
}

const PLAIN = 'text/plain; charset=utf-8';

/** What is known of an answer beside what it says itself. */
interface About {
  readonly audited: Audited;
  readonly flow: () => Readonly<Record<string, string>> | undefined;
  readonly warnings: readonly string[];
}

/** An answer with the headers that every answer has; programs hardly ever look at them. */
export function withHeaders(response: HttpResponse, about: About): HttpResponse {
  let headers: Readonly<Record<string, string>> | undefined;
  return {
    ...response,
    get headers() {
      headers ??= headersOf(response, about);
      return headers;
    },
  };
}

function headersOf(response: HttpResponse, { audited, flow, warnings }: About): Record<string, string> {
  const { auditID, now, decision } = audited;
  const headers: Record<string, string> = {
    'audit-id': auditID(),
    'cache-control': 'no-cache, private',
    date: new Date(now).toUTCString(),
    ...flow(),
    ...response.headers,
  };
  // What Go's http.Error and the filter of authorization write themselves.
  if (headers['content-type'] === PLAIN || decision?.allowed === false)
    headers['x-content-type-options'] = 'nosniff';
  if (warnings.length > 0) headers['warning'] = warnings.map((text) => `299 - ${quoted(text)}`).join(', ');
  return headers;
}

/** An HTTP quoted-string. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
