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
    const failed = (why: string) => internalError(`conversion webhook for ${shownKind(object)} ${why}`);
    const [converted, ...more] = this.#ask(object, apiVersion, failed);
    if (!isObject(converted) || more.length > 0) {
      throw failed(`returned ${converted === undefined ? 0 : more.length + 1} objects, expected 1`);
    }
    const result = converted as unknown as KubeObject;
    const invalid = (why: string) => failed(`returned invalid object: ${why}`);
    if (result.apiVersion !== apiVersion) {
      throw failed(
        `returned invalid object at index 0: invalid groupVersion (expected ${apiVersion}, received ${result.apiVersion ?? ''})`,
      );
    }
    for (const field of ['name', 'namespace', 'uid'] as const) {
      const [was, is] = [object.metadata[field] ?? '', result.metadata?.[field] ?? ''];
      if (was !== is) throw invalid(`must have the same ${field === 'uid' ? 'UID' : field}: ${was} != ${is}`);
    }
    // Only labels and annotations are the webhook's to change.
    const { labels, annotations } = result.metadata;
    const { labels: _labels, annotations: _annotations, ...kept } = object.metadata;
    const metadata = { ...kept, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
    return { ...result, metadata };
  }

  /** A stored object in another version. */
  shown(object: KubeObject, apiVersion: string): KubeObject {
    const versions = this.#known.get(object) ?? new Map<string, KubeObject>();
    this.#known.set(object, versions);
    const known = versions.get(apiVersion) ?? this.convert(object, apiVersion);
    versions.set(apiVersion, known);
    return known;
  }

  #ask(object: KubeObject, desiredAPIVersion: string, failed: (why: string) => Error): unknown[] {
    const version = this.#webhook.conversionReviewVersions.find((one) => one === 'v1' || one === 'v1beta1');
    if (!version) throw internalError('no supported conversion review versions');
    const uid = this.#server.randomFor(`conversion/${object.metadata.name}`).uuid();
    const review = {
      kind: 'ConversionReview',
      apiVersion: `apiextensions.k8s.io/${version}`,
      request: { uid, desiredAPIVersion, objects: [object] },
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

/** `ops.example.com/v1, Kind=Backup`. */
function shownKind({ apiVersion, kind }: KubeObject): string {
  return `${apiVersion}, Kind=${kind}`;
}
