import type { Directive } from '../corefile.ts';
import type { ClusterView } from '../kubernetes.ts';
import { dotted, type Handler, option, zoneOf } from './plugin.ts';

/** `k8s_external ZONE`: services under the addresses that they have outside. Models coredns plugin/k8s_external. */
export function external(directive: Directive, view: ClusterView): Handler {
  const zones = directive.args.map(dotted);
  const ttl = Number(option(directive, 'ttl')?.[0] ?? 5);
  const apex = option(directive, 'apex')?.[0] ?? 'dns';
  return ({ name, type }) => {
    const zone = zoneOf(name, zones);
    if (zone === undefined) return undefined;
    const soa = `ns1.${apex}.${zone} hostmaster.${apex}.${zone} ${Math.floor(view.changedAt / 1000)} 7200 1800 86400 ${ttl}`;
    const none = {
      answers: [],
      authority: [{ name: zone, type: 'SOA', ttl, data: soa } as const],
      authoritative: true,
    };
    if (name === zone) return { code: 'NOERROR', ...none };
    const [service = '', namespace = '', ...more] = name.slice(0, -zone.length - 1).split('.');
    const found = more.length === 0 ? view.service(namespace, service) : undefined;
    if (!found) return { code: 'NXDOMAIN', ...none };
    const balancers: { ip?: string }[] = found.status?.loadBalancer?.ingress ?? [];
    const addresses = [...(found.spec.externalIPs ?? []), ...balancers.flatMap(({ ip }) => ip ?? [])];
    if (addresses.length === 0) return { code: 'NXDOMAIN', ...none };
    if (type !== 'A') return { code: 'NOERROR', ...none };
    const answers = addresses.map((data) => ({ name, type, ttl, data }) as const);
    return { code: 'NOERROR', answers, authoritative: true };
  };
}
