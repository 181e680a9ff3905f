import type { HttpRequest, HttpResponse } from '../../host/index.ts';
import { Random } from '../../sim/index.ts';
import type { Audited } from './audit.ts';

/** Longer ones that a client chose are cut. Models apiserver/pkg/audit GetAuditIDTruncated. */
const AUDIT_ID_LENGTH = 64;

/** What answers are called by. Models apiserver/pkg/endpoints/filters WithAuditInit. */
export class AuditIds {
  readonly #random: Random;

  constructor(seed: string) {
    this.#random = new Random(`${seed}/audit`);
  }

  /** The client's own name for its request, or a new one; made without ado, as every request has one. */
  of({ headers }: HttpRequest): string {
    const given = headers['audit-id'];
    if (given) return given.slice(0, AUDIT_ID_LENGTH);
    const [a, b, c, d] = [this.#word(), this.#word(), this.#word(), this.#word()];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(0, 3)}-${c.slice(4)}${d}`;
  }

  #word(): string {
    const bits = this.#random.bits();
    return byte(bits >>> 24) + byte((bits >>> 16) & 255) + byte((bits >>> 8) & 255) + byte(bits & 255);
  }
}

/** The language's own conversion takes as long as the rest of an answer's headers. */
const BYTES = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
const byte = (value: number) => BYTES[value] as string;

const PLAIN = 'text/plain; charset=utf-8';

/** An answer with the headers that every answer has. */
export function withHeaders(
  response: HttpResponse,
  { auditID, now, annotations }: Audited,
  flow: Readonly<Record<string, string>> = {},
  warnings: readonly string[] = [],
): HttpResponse {
  const headers: Record<string, string> = {
    'audit-id': auditID,
    'cache-control': 'no-cache, private',
    date: httpDate(now),
    ...flow,
    ...response.headers,
  };
  // What Go's http.Error and the filter of authorization write themselves.
  if (headers['content-type'] === PLAIN || annotations['authorization.k8s.io/decision'] === 'forbid')
    headers['x-content-type-options'] = 'nosniff';
  if (warnings.length > 0) headers['warning'] = warnings.map((text) => `299 - ${quoted(text)}`).join(', ');
  return { ...response, headers };
}

/** Asked for with every answer, and the same for a second. */
let lastDate = { second: -1, text: '' };

function httpDate(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== lastDate.second) lastDate = { second, text: new Date(now).toUTCString() };
  return lastDate.text;
}

/** An HTTP quoted-string. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
