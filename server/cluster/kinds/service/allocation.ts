import type { FieldErrors } from '../../../objects/field-error.ts';
import { goStrings } from '../validation/go-values.ts';
import { settleFamilies } from './families.ts';
import { allocatesNodePorts, needsClusterIp, needsHealthCheckPort, needsNodePort } from './strategy.ts';
import { validateClusterIps } from './validate.ts';

/** What a server knows of the addresses and ports that its services hold. */
export interface ServiceAddresses {
  inRange(ip: string): boolean;
  /** Undefined when there is none. */
  freeAddress(): string | undefined;
  isAddressTaken(ip: string): boolean;
  /** `30000-32767`. */
  readonly portRange: string;
  portInRange(port: number): boolean;
  freePort(): number | undefined;
  isPortTaken(port: number): boolean;
}

/**
 * Gives a service the addresses and ports it needs and did not name. Models
 * pkg/registry/core/service/storage Allocators.
 */
export function allocateService(service: any, old: any, known: ServiceAddresses, errors: FieldErrors): void {
  const { spec } = service;
  if (spec.type !== 'ExternalName') validateClusterIps(errors, spec);
  if (errors.empty) settleFamilies(spec, old?.spec, ['IPv4'], errors);
  if (!errors.empty) return;
  if (needsClusterIp(spec)) allocateAddress(spec, old?.spec, known, errors);
  if (!errors.empty) return;
  if (needsNodePort(spec)) allocatePorts(spec, old?.spec, known, errors);
  if (needsHealthCheckPort(spec) && !spec.healthCheckNodePort) spec.healthCheckNodePort = known.freePort();
}

function allocateAddress(spec: any, old: any, known: ServiceAddresses, errors: FieldErrors): void {
  if (spec.clusterIP === 'None') {
    spec.clusterIPs = ['None'];
    return;
  }
  if (!spec.clusterIP) {
    const address = known.freeAddress();
    if (!address) {
      errors.internal('spec.clusterIPs', 'failed to allocate a serviceIP: range is full');
      return;
    }
    spec.clusterIP = address;
    spec.clusterIPs = [address];
    return;
  }
  spec.clusterIPs ??= [spec.clusterIP];
  // A changed address is for validation to refuse.
  if (old?.clusterIP && needsClusterIp(old)) return;
  const refuse = (why: string) =>
    errors.invalid(
      'spec.clusterIPs',
      goStrings(spec.clusterIPs),
      `failed to allocate IP ${spec.clusterIP}: ${why}`,
    );
  if (!known.inRange(spec.clusterIP)) {
    refuse(`the provided network does not match the current range`);
  } else if (known.isAddressTaken(spec.clusterIP)) refuse('provided IP is already allocated');
}

function allocatePorts(spec: any, old: any, known: ServiceAddresses, errors: FieldErrors): void {
  const held = new Set((old?.ports ?? []).map(({ nodePort }: any) => nodePort));
  /** TCP and UDP of one service may share a number. */
  const given = new Map<number, string>();
  spec.ports?.forEach((port: any, i: number) => {
    if (!errors.empty || !(port.nodePort || allocatesNodePorts(spec))) return;
    if (port.nodePort) {
      const shared = given.has(port.nodePort) && given.get(port.nodePort) !== port.protocol;
      given.set(port.nodePort, port.protocol);
      if (held.has(port.nodePort) || shared) return;
      const field = `spec.ports[${i}].nodePort`;
      if (!known.portInRange(port.nodePort)) {
        errors.invalid(
          field,
          port.nodePort,
          `provided port is not in the valid range. The range of valid ports is ${known.portRange}`,
        );
      } else if (known.isPortTaken(port.nodePort)) {
        errors.invalid(field, port.nodePort, 'provided port is already allocated');
      }
      return;
    }
    const same = spec.ports.find(
      (other: any) =>
        other !== port && other.nodePort && other.port === port.port && other.protocol !== port.protocol,
    );
    port.nodePort = same?.nodePort ?? known.freePort();
  });
}
