import type { KubeObject } from '../../../objects/object.ts';
import { isObject } from '../../../objects/values.ts';
import type { ApiServer } from '../api-server.ts';
import { internalError } from '../errors.ts';
import { askWebhook, type WebhookAddress } from '../webhook-client.ts';

/** `spec.conversion.webhook` of a definition. */
export interface ConversionWebhook {
  readonly clientConfig: WebhookAddress;
  readonly conversionReviewVersions: readonly string[];
}

/** How long the server waits for a conversion. */
const TIMEOUT_SECONDS = 30;

/** Versions of a custom resource that a webhook turns into each other. Models apiextensions-apiserver/pkg/apiserver/conversion. */
export class WebhookConversion {
  readonly #server: ApiServer;
  readonly #webhook: ConversionWebhook;
  /** What became of stored objects, by version: they are shown again and again. */
  readonly #known = new WeakMap<KubeObject, Map<string, KubeObject>>();

  constructor(server: ApiServer, webhook: ConversionWebhook) {
    this.#server = server;
    this.#webhook = webhook;
  }

  /** A private copy in another version. */
  convert(object: KubeObject, apiVersion: string): KubeObject {
    if (object.apiVersion === apiVersion) return object;
    return this.#convertAll([object], apiVersion, shownKind(object))[0] as KubeObject;
  }

  /** A stored object in another version. */
  shown(object: KubeObject, apiVersion: string): KubeObject {
    const versions = this.#versionsOf(object);
    const known = versions.get(apiVersion) ?? this.convert(object, apiVersion);
    versions.set(apiVersion, known);
    return known;
  }

  /** Has what a list is going to show converted at once. */
  showAll(objects: readonly KubeObject[], apiVersion: string): void {
    const unknown = objects.filter(
      (object) => object.apiVersion !== apiVersion && !this.#versionsOf(object).has(apiVersion),
    );
    const [first] = unknown;
    if (!first) return;
    const converted = this.#convertAll(unknown, apiVersion, `${shownKind(first)}List`);
    unknown.forEach((object, i) => {
      this.#versionsOf(object).set(apiVersion, converted[i] as KubeObject);
    });
  }

  #versionsOf(object: KubeObject): Map<string, KubeObject> {
    const versions = this.#known.get(object) ?? new Map<string, KubeObject>();
    this.#known.set(object, versions);
    return versions;
  }

  /** `what` is named when it fails. */
  #convertAll(objects: readonly KubeObject[], apiVersion: string, what: string): KubeObject[] {
    const failed = (why: string) => internalError(`conversion webhook for ${what} ${why}`);
    const converted = this.#ask(objects, apiVersion, failed);
    if (converted.length !== objects.length || !converted.every(isObject))
      throw failed(`returned ${converted.length} objects, expected ${objects.length}`);
    return objects.map((object, i) => {
      const result = converted[i] as unknown as KubeObject;
      if (result.apiVersion === apiVersion) return withMetadataOf(object, result, failed);
      const versions = `(expected ${apiVersion}, received ${result.apiVersion ?? ''})`;
      throw failed(`returned invalid object at index ${i}: invalid groupVersion ${versions}`);
    });
  }

  #ask(objects: readonly KubeObject[], desiredAPIVersion: string, failed: (why: string) => Error): unknown[] {
    const version = this.#webhook.conversionReviewVersions.find((one) => one === 'v1' || one === 'v1beta1');
    if (!version) throw internalError('no supported conversion review versions');
    const uid = this.#server.randomFor(`conversion/${objects[0]?.metadata.name}`).uuid();
    const review = {
      kind: 'ConversionReview',
      apiVersion: `apiextensions.k8s.io/${version}`,
      request: { uid, desiredAPIVersion, objects },
    };
    let answer: any;
    try {
      answer = askWebhook(this.#server, this.#webhook.clientConfig, {
        review,
        timeoutSeconds: TIMEOUT_SECONDS,
      });
    } catch (error) {
      throw failed(`failed: ${(error as Error).message}`);
    }
    const { response } = answer ?? {};
    if (!response) throw failed('failed: no response provided');
    if (version === 'v1' && response.uid !== uid) {
      const [expected, got] = [uid, response.uid ?? ''].map((one) => JSON.stringify(one));
      throw failed(`failed: expected response.uid=${expected}, got ${got}`);
    }
    const { status = '', message } = response.result ?? {};
    if (status !== 'Success') {
      throw failed(`failed: ${message || `response.result.status was '${status}', not 'Success'`}`);
    }
    return response.convertedObjects ?? [];
  }
}

/** Only labels and annotations are the webhook's to change. Models restoreObjectMeta, validateConvertedObject */
function withMetadataOf(object: KubeObject, result: KubeObject, failed: (why: string) => Error): KubeObject {
  for (const field of ['name', 'namespace', 'uid'] as const) {
    const [was, is] = [object.metadata[field] ?? '', result.metadata?.[field] ?? ''];
    const what = field === 'uid' ? 'UID' : field;
    if (was !== is) throw failed(`returned invalid object: must have the same ${what}: ${was} != ${is}`);
  }
  const { labels, annotations } = result.metadata;
  const { labels: _labels, annotations: _annotations, ...kept } = object.metadata;
  const metadata = { ...kept, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
  return { ...result, metadata };
}

/** `ops.example.com/v1, Kind=Backup`. */
function shownKind({ apiVersion, kind }: KubeObject): string {
  return `${apiVersion}, Kind=${kind}`;
}
