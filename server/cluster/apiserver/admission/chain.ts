import type { AdmissionPlugin, Review } from './admission.ts';

/** The plugins in Kubernetes' order: all that change first, then all that only check. */
export class AdmissionChain {
  readonly #plugins: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
  }

  admit(review: Review): void {
    for (const plugin of this.#plugins) plugin.admit?.(review);
  }

  validate(review: Review): void {
    for (const plugin of this.#plugins) plugin.validate?.(review);
  }
}
