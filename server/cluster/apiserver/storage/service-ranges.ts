import { type AddressRange, parseRange } from '../../../objects/address-range.ts';
import type { KubeObject } from '../../../objects/object.ts';
import type { ApiServer } from '../api-server.ts';

/**
 * The ranges that services take their addresses from: those of all ServiceCIDRs that are ready, the oldest first. Models
 * pkg/registry/core/service/ipallocator/cidrallocator.go
 */
export function serviceRanges(server: ApiServer): AddressRange[] {
  const known = server.store.log.list('/registry/servicecidrs/').map(({ value }) => value);
  const ready = known.filter(
    ({ metadata, status }) =>
      !metadata.deletionTimestamp &&
      status?.conditions?.find(({ type }: any) => type === 'Ready')?.status !== 'False',
  );
  const age = ({ metadata }: KubeObject) => metadata.creationTimestamp ?? '';
  return ready
    .sort((a, b) => (age(a) < age(b) ? -1 : age(a) > age(b) ? 1 : 0))
    .flatMap(({ spec }) => spec.cidrs as string[])
    .map(parseRange)
    .filter((range) => range !== undefined);
}
