import { RESOURCES } from '../../client/resources.ts';
import type { KubeletCore } from '../core.ts';
import type { Pod } from './pod.ts';

/** Tokens of the pods' service accounts, asked for again when four fifths of their time is over. Models pkg/kubelet/token/token_manager.go. */
export class PodTokens {
  readonly #core: KubeletCore;
  readonly #known = new Map<string, { token: string; until: number }>();

  constructor(core: KubeletCore) {
    this.#core = core;
  }

  /** '' where the API gives none. */
  get(pod: Pod, audience: string | undefined, expirationSeconds: number): string {
    const { clock, client } = this.#core;
    const key = `${pod.metadata.uid}/${audience ?? ''}/${expirationSeconds}`;
    const known = this.#known.get(key);
    if (known && clock.now < known.until) return known.token;
    const { name, namespace, uid } = pod.metadata;
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        audiences: audience ? [audience] : [],
        expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
      },
    };
    const account = pod.spec.serviceAccountName ?? 'default';
    const made = this.#core.attempt(() =>
      client?.create(RESOURCES.serviceaccounts, body, namespace, { name: account, path: 'token' }),
    );
    const token: string = made?.status?.token ?? '';
    if (token !== '') this.#known.set(key, { token, until: clock.now + expirationSeconds * 800 });
    return token;
  }
}
