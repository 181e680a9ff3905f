import type { KubeObject } from '../../../objects/object.ts';
import type { ApiServer } from '../api-server.ts';
import { tooManyRequests } from '../errors.ts';
import type { AdmissionPlugin, Review } from './admission.ts';

/** How many events something may make: `burst` at once, `qps` a second after that. */
export interface EventLimit {
  readonly type: 'Server' | 'Namespace' | 'User' | 'SourceAndObject';
  readonly qps: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  /** When it was last looked at. */
  at: number;
}

/** What is left; like the real one it starts anew with the server. */
const BUCKETS = new WeakMap<ApiServer, Map<string, Bucket>>();
/** As many as the real server keeps of each limit by default. */
const KEPT = 4096;

/** Models plugin/pkg/admission/eventratelimit. */
export const eventRateLimit: AdmissionPlugin = {
  name: 'EventRateLimit',
  validate(review) {
    const { call, served, operation, object, dryRun } = review;
    const limits = call.server.admissionConfiguration.eventLimits ?? [];
    if (!object || dryRun || served.resource !== 'events' || served.group !== '') return;
    if (operation !== 'CREATE' && operation !== 'UPDATE') return;
    const refused = limits.flatMap((limit, i) => {
      const key = keyOf(limit, review, object);
      const name = `${i} ${key}`;
      return takes(call.server, name, limit, call.now)
        ? []
        : [`limit reached on type ${limit.type} for key ${key}`];
    });
    if (refused.length === 0) return;
    throw tooManyRequests(refused.length === 1 ? (refused[0] as string) : `[${refused.join(', ')}]`, 1);
  },
};

function keyOf({ type }: EventLimit, { call, namespace }: Review, event: KubeObject): string {
  if (type === 'Server') return '';
  if (type === 'Namespace') return namespace;
  if (type === 'User') return call.user.name;
  const { source = {}, involvedObject: about = {} } = event as any;
  const parts = [source.component, source.host, about.kind, about.namespace, about.name, about.uid];
  return [...parts, about.apiVersion].map((part) => part ?? '').join('');
}

function takes(server: ApiServer, key: string, { qps, burst }: EventLimit, now: number): boolean {
  const buckets = BUCKETS.get(server) ?? new Map<string, Bucket>();
  BUCKETS.set(server, buckets);
  const bucket = buckets.get(key) ?? { tokens: burst, at: now };
  buckets.delete(key);
  buckets.set(key, bucket);
  if (buckets.size > KEPT) buckets.delete(buckets.keys().next().value as string);
  bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * qps);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens--;
  return true;
}
