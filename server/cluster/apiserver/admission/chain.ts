import type { AdmissionPlugin, Review } from './admission.ts';

/** The plugins in Kubernetes' order: all that change first, then all that only check. */
export class AdmissionChain {
  readonly #changing: readonly AdmissionPlugin[];
  readonly #checking: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#changing = plugins.filter(({ admit }) => admit);
    this.#checking = plugins.filter(({ validate }) => validate);
  }

  admit(review: Review): void {
    for (const plugin of this.#changing) plugin.admit?.(review);
  }

  validate(review: Review): void {
    for (const plugin of this.#checking) plugin.validate?.(review);
  }
}
