import type { HttpRequest, HttpResponse } from '../../../host/index.ts';
import { startApiServer, type TestServer } from '../testing.ts';
import { MASTERS } from '../user.ts';
import { RandomRequests } from './requests.ts';

const ADMIN = { name: 'kubernetes-admin', groups: [MASTERS] };

/** Failures that are the server's own in Kubernetes too. */
const OWN_FAILURES =
  /^failed to create typed patch object|^etcdserver: |Too large resource version|failed calling webhook|error trying to reach service|no endpoints available|unable to upgrade|dial tcp|resourceVersion should not be set|resourceVersion: Invalid value|^the server is currently unable/;

export interface FuzzReport {
  readonly counts: Readonly<Record<number, number>>;
  /** Requests that were answered wrongly, with what was wrong. */
  readonly wrong: readonly { readonly request: HttpRequest; readonly why: string }[];
}

/** Sends random requests to a server of its own. */
export function fuzz(seed: number, requests: number, test: TestServer = startApiServer()): FuzzReport {
  const { server, clock } = test;
  const source = new RandomRequests(server, seed);
  const counts: Record<number, number> = {};
  const wrong: { request: HttpRequest; why: string }[] = [];
  for (let i = 0; i < requests; i++) {
    const request = source.next();
    try {
      const response = server.handle(request, ADMIN);
      counts[response.status] = (counts[response.status] ?? 0) + 1;
      const why = complaint(response);
      if (why) wrong.push({ request, why });
      response.stream?.close();
    } catch (error) {
      wrong.push({ request, why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    if (i % 50 === 0) clock.advance(1000);
  }
  return { counts, wrong };
}

function complaint(response: HttpResponse): string | undefined {
  if (({} as { polluted?: unknown }).polluted !== undefined) return 'Object.prototype was changed';
  if (response.status < 500) return undefined;
  const message = (response.value as { message?: string } | undefined)?.message ?? response.body ?? '';
  return OWN_FAILURES.test(message) ? undefined : `${response.status} ${message}`;
}
