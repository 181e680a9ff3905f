import { addressText, parseRange } from '../../../objects/address-range.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import type { Resource } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { ApiServer } from '../api-server.ts';
import { ownClient } from './own-client.ts';

const NAME = 'kubernetes';

/** Makes sure that pods find the server as `kubernetes.default`. Models pkg/controlplane/reconcilers */
export function ensureKubernetesService(server: ApiServer): void {
  const { advertise, serviceRange } = server;
  if (!advertise) return;
  const { address, port } = advertise;
  const ports = [{ name: 'https', port, protocol: 'TCP' }];
  const servicePorts = [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }];
  keep(server, RESOURCES.services, {
    wanted: {
      metadata: { name: NAME, labels: { component: 'apiserver', provider: 'kubernetes' } },
      spec: {
        type: 'ClusterIP',
        clusterIP: addressText((parseRange(serviceRange)?.first ?? 0) + 1),
        sessionAffinity: 'None',
        ports: servicePorts,
      },
    },
    repair: (is) => ({ ...is, spec: { ...is.spec, type: 'ClusterIP', ports: servicePorts } }),
  });
  const subsets = [{ addresses: [{ ip: address }], ports }];
  keep(server, RESOURCES.endpoints, {
    wanted: {
      metadata: { name: NAME, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
      subsets,
    },
    repair: (is) => ({ ...is, subsets }),
  });
  const endpoints = [{ addresses: [address], conditions: { ready: true } }];
  keep(server, RESOURCES.endpointslices, {
    wanted: {
      metadata: { name: NAME, labels: { 'kubernetes.io/service-name': NAME } },
      addressType: 'IPv4',
      endpoints,
      ports,
    },
    repair: (is) => ({ ...is, endpoints, ports }),
  });
}

interface Kept {
  readonly wanted: object;
  /** One that is there, with what it must have. */
  readonly repair: (is: KubeObject) => KubeObject;
}

function keep(server: ApiServer, resource: Resource, { wanted, repair }: Kept): void {
  const client = ownClient(server);
  const is = client.find(resource, NAME, 'default');
  if (!is) {
    client.create(resource, wanted, 'default');
    return;
  }
  const repaired = repair(is);
  if (!equalValues(is, repaired)) client.update(resource, repaired);
}

/**
 * Makes sure of the range that the server's flag names; one that is there stays as it is. Models
 * pkg/controlplane/controller/defaultservicecidr
 */
export function ensureServiceRange(server: ApiServer): void {
  const { serviceRange, clock } = server;
  if (!server.advertise) return;
  const client = ownClient(server);
  const is = client.find(RESOURCES.servicecidrs, NAME);
  if (!is) {
    client.create(RESOURCES.servicecidrs, { metadata: { name: NAME }, spec: { cidrs: [serviceRange] } });
  } else if (!is.spec.cidrs.includes(serviceRange)) {
    const source = { component: 'kubernetes-service-cidr-controller' };
    new EventRecorder({ client, clock, source }).event(
      is,
      'Warning',
      'KubernetesDefaultServiceCIDRInconsistent',
      `The default ServiceCIDR [${is.spec.cidrs.join(' ')}] does not match the controller flag configurations [${serviceRange}]`,
    );
  }
}
