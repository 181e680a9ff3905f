import { matches, type Selector } from '../../../objects/label-selector.ts';
import type { Pod } from '../pods.ts';

/** Which pods each autoscaler looked after when it was last worked on. Models pkg/controller/util/selectors BiMultimap */
export class AutoscalerSelectors {
  readonly #selectors = new Map<string, Selector>();

  set(key: string, selector: Selector): void {
    this.#selectors.set(key, selector);
  }

  delete(key: string): void {
    this.#selectors.delete(key);
  }

  /** The autoscalers of the namespace that look after any of its pods. */
  over(namespace: string, pods: readonly Pod[]): string[] {
    return [...this.#selectors]
      .filter(
        ([key, selector]) =>
          key.startsWith(`${namespace}/`) && pods.some((pod) => matches(selector, pod.metadata.labels)),
      )
      .map(([key]) => key)
      .sort();
  }
}
