import { type AddressRange, parseRange } from '../../../objects/address-range.ts';
import type { ApiServer } from '../api-server.ts';

/**
 * The ranges that services take their addresses from: those of all ServiceCIDRs that are ready, the server's own flag's
 * first. Models pkg/registry/core/service/ipallocator/cidrallocator.go
 */
export function serviceRanges(server: ApiServer): AddressRange[] {
  const known = server.store.log.list('/registry/servicecidrs/').map(({ value }) => value);
  const own = known.find(({ metadata }) => metadata.name === 'kubernetes');
  const ready = known.filter(
    ({ metadata, status }) =>
      !metadata.deletionTimestamp &&
      status?.conditions?.find(({ type }: any) => type === 'Ready')?.status !== 'False',
  );
  const others = ready.filter((one) => one !== own).flatMap(({ spec }) => spec.cidrs as string[]);
  const first = own && !ready.includes(own) ? [] : [server.serviceRange];
  return [...first, ...others].map(parseRange).filter((range) => range !== undefined);
}
