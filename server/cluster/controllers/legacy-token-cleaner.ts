import { type KubeObject, keyOf } from '../../objects/object.ts';
import type { Informer } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { Controller, ControllerContext, Reconciler, Result } from './controller.ts';

const ACCOUNT_TOKEN = 'kubernetes.io/service-account-token';
const LAST_USED = 'kubernetes.io/legacy-token-last-used';
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since';
/** Says since when the server notes the use of tokens. */
const TRACKING = 'kube-apiserver-legacy-service-account-token-tracking';
const DAY_MS = 24 * 3_600_000;

/**
 * Tokens that once were made for every account: unused for a year they become invalid, after another they are deleted.
 * Models pkg/controller/serviceaccount/legacy_serviceaccount_token_cleaner.go
 */
export const legacyTokenCleaner: Controller = {
  name: 'legacy-serviceaccount-token-cleaner-controller',
  alias: 'legacy-service-account-token-cleaner',
  account: 'legacy-service-account-token-cleaner',
  start: (context) => new LegacyTokenCleaner(context),
};

class LegacyTokenCleaner implements Reconciler {
  readonly #context: ControllerContext;
  readonly #secrets: Informer;
  readonly #accounts: Informer;
  readonly #pods: Informer;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#secrets = context.informers.for(RESOURCES.secrets);
    this.#accounts = context.informers.for(RESOURCES.serviceaccounts);
    this.#pods = context.informers.for(RESOURCES.pods);
    const changed = (secret: KubeObject) => {
      if (secret['type'] === ACCOUNT_TOKEN) context.queue.add(keyOf(secret));
    };
    this.#secrets.on({ added: changed, updated: changed });
  }

  reconcile(key: string): Result | undefined {
    const secret = this.#secrets.get(key);
    if (!secret || secret.metadata.deletionTimestamp) return undefined;
    const { client, clock, settings } = this.#context;
    const last = this.#lastSign(secret);
    const wait = last + settings.legacyTokenCleanUpMs - clock.now;
    if (wait > 0) return { requeueAfterMs: wait };
    // Whether it is somebody's may change without the secret; upstream, too, looks once a day.
    if (!this.#isMadeFor(secret) || this.#isMounted(secret)) return { requeueAfterMs: DAY_MS };
    const { name, namespace = '', uid, resourceVersion, labels } = secret.metadata;
    if (isDay(labels?.[INVALID_SINCE])) {
      const preconditions = { uid, resourceVersion };
      ifThere(() => client.delete(RESOURCES.secrets, name, namespace, { preconditions }));
      return undefined;
    }
    const today = new Date(clock.now).toISOString().slice(0, 10);
    const body = { metadata: { uid, labels: { [INVALID_SINCE]: today } } };
    client.patch(RESOURCES.secrets, name, { type: 'merge', body }, namespace);
    return undefined;
  }

  /** The last moment at which the token was made, used, found invalid or not yet watched. */
  #lastSign({ metadata: { labels, creationTimestamp } }: KubeObject): number {
    const days = [labels?.[LAST_USED], labels?.[INVALID_SINCE]].filter(isDay);
    const known = [creationTimestamp ?? '', ...days].map((time) => Date.parse(time));
    const latest = Math.max(...known);
    const { clock, settings, client } = this.#context;
    if (latest + settings.legacyTokenCleanUpMs > clock.now) return latest;
    const tracking = client.find(RESOURCES.configmaps, TRACKING, 'kube-system');
    const since = Date.parse(tracking?.['data']?.since ?? '');
    return Math.max(latest, Number.isNaN(since) ? clock.now : since);
  }

  /** Tokens that accounts do not name were made by hand, and stay. */
  #isMadeFor({ metadata }: KubeObject): boolean {
    const name = metadata.annotations?.['kubernetes.io/service-account.name'];
    const account = this.#accounts.get(`${metadata.namespace}/${name}`);
    return account?.['secrets']?.some((one: { name?: string }) => one.name === metadata.name) ?? false;
  }

  #isMounted({ metadata }: KubeObject): boolean {
    for (const { spec } of this.#pods.byNamespace(metadata.namespace ?? ''))
      if (spec.volumes?.some((volume: any) => volume.secret?.secretName === metadata.name)) return true;
    return false;
  }
}

function isDay(text: string | undefined): text is string {
  return /^\d{4}-\d\d-\d\d$/.test(text ?? '');
}
