import { addressOf, isAddress, lengthOf, networkOf, numberOf } from '../../../host/index.ts';
import { matches, selectorOf } from '../../../objects/label-selector.ts';
import type { KubeObject } from '../../../objects/object.ts';
import type { Resource } from '../../client/client.ts';

const resource = (plural: string, kind: string): Resource => ({
  group: 'metallb.io',
  version: 'v1beta1',
  plural,
  kind,
  namespaced: true,
});

export const ADDRESS_POOLS = resource('ipaddresspools', 'IPAddressPool');
export const L2_ADVERTISEMENTS = resource('l2advertisements', 'L2Advertisement');
export const NAMESPACE = 'metallb-system';

/** Whether one of the selectors of a list fits, or there are none. */
export function selected(selectors: readonly object[] | undefined, object: KubeObject | undefined): boolean {
  if (!selectors?.length) return true;
  const labels = object?.metadata.labels ?? {};
  return selectors.some((selector) => matches(selectorOf(selector) ?? [], labels));
}

/** `192.168.1.240-192.168.1.250`, `192.168.1.0/28`: first and last as numbers; undefined: not such a range. */
export function rangeOf(text: string): readonly [first: number, last: number] | undefined {
  const [from = '', to = ''] = text.split('-').map((part) => part.trim());
  if (text.includes('-'))
    return isAddress(from) && isAddress(to) && numberOf(from) <= numberOf(to)
      ? [numberOf(from), numberOf(to)]
      : undefined;
  if (!isAddress(text.split('/')[0] ?? '') || !text.includes('/')) return undefined;
  const first = numberOf(networkOf(text).split('/')[0] ?? '');
  return [first, first + 2 ** (32 - lengthOf(text)) - 1];
}

export function holds(pool: KubeObject, address: string): boolean {
  const value = numberOf(address);
  return ranges(pool).some(([first, last]) => first <= value && value <= last);
}

function ranges(pool: KubeObject) {
  return ((pool.spec?.addresses ?? []) as string[]).flatMap((text) => {
    const range = rangeOf(text);
    return range ? [range] : [];
  });
}

/** The first free address of a pool. */
export function freeIn(pool: KubeObject, taken: ReadonlySet<string>): string | undefined {
  for (const [first, last] of ranges(pool))
    for (let value = first; value <= last; value++) {
      const address = addressOf(value);
      const isBuggy = pool.spec?.avoidBuggyIPs && /\.(0|255)$/.test(address);
      if (!isBuggy && !taken.has(address)) return address;
    }
  return undefined;
}

/** What a service says under either of the names that its project had. */
export function wish(service: KubeObject, key: string): string | undefined {
  const annotations = service.metadata.annotations ?? {};
  return annotations[`metallb.io/${key}`] ?? annotations[`metallb.universe.tf/${key}`];
}

/** The addresses that a service shows, of those that balance. */
export function shownAddresses(service: KubeObject): string[] {
  return (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }: { ip?: string }) => ip ?? []);
}

/** Whether a service is for MetalLB to look after. */
export function isBalanced({ spec }: KubeObject): boolean {
  return spec?.type === 'LoadBalancer' && spec.loadBalancerClass === undefined;
}
