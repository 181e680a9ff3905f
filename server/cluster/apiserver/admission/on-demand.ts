import type { KubeObject } from '../../../objects/object.ts';
import { forbidden, notFound } from '../errors.ts';
import { LOOPBACK } from '../user.ts';
import type { AdmissionPlugin, Review } from './admission.ts';
import { isPodCreation } from './service-account.ts';

// Small plugins that only run when `--enable-admission-plugins` names them.

/** Has had no meaning for long. */
export const alwaysAdmit: AdmissionPlugin = { name: 'AlwaysAdmit' };

/** Nothing changes any more. Models plugin/pkg/admission/deny. */
export const alwaysDeny: AdmissionPlugin = {
  name: 'AlwaysDeny',
  admit: refuseAll,
  validate: refuseAll,
};

function refuseAll({ served, name }: Review): void {
  throw forbidden(served, name, 'admission control is denying all modifications');
}

/** The namespace that a request creates something in; undefined where there is none. */
function namespaceToBe({ served, namespace, operation }: Review): string | undefined {
  return served.namespaced && namespace !== '' && operation === 'CREATE' ? namespace : undefined;
}

function hasNamespace({ call }: Review, name: string): boolean {
  return call.server.store.log.get(`/registry/namespaces/${name}`) !== undefined;
}

/** Makes namespaces as they are used. Models plugin/pkg/admission/namespace/autoprovision. */
export const namespaceAutoProvision: AdmissionPlugin = {
  name: 'NamespaceAutoProvision',
  admit(review) {
    const namespace = namespaceToBe(review);
    if (namespace === undefined || review.dryRun || hasNamespace(review, namespace)) return;
    make(review, '/api/v1/namespaces', namespace);
    // The real server waits for the controller to make the account; no time passes while a request is answered here.
    make(review, `/api/v1/namespaces/${namespace}/serviceaccounts`, 'default');
  },
};

function make({ call }: Review, path: string, name: string): void {
  const headers = { 'user-agent': 'kube-apiserver/v1.33.1' };
  call.server.handle({ method: 'POST', path, headers, value: { metadata: { name } } }, LOOPBACK);
}

/** Models plugin/pkg/admission/namespace/exists. */
export const namespaceExists: AdmissionPlugin = {
  name: 'NamespaceExists',
  validate(review) {
    const { served, namespace } = review;
    if (!served.namespaced || namespace === '' || hasNamespace(review, namespace)) return;
    throw notFound({ group: '', resource: 'namespaces' }, namespace);
  },
};

/** Nobody spreads pods by more than the host. Models plugin/pkg/admission/antiaffinity. */
export const limitPodHardAntiAffinityTopology: AdmissionPlugin = {
  name: 'LimitPodHardAntiAffinityTopology',
  validate(review) {
    if (!isPodCreation(review) && !isPodUpdate(review)) return;
    const terms: any[] =
      review.object?.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const other = terms.find(({ topologyKey }) => topologyKey !== HOST_NAME);
    if (!other) return;
    const why = `affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey ${other.topologyKey} but only key ${HOST_NAME} is allowed`;
    throw forbidden(review.served, review.name, why);
  },
};

const HOST_NAME = 'kubernetes.io/hostname';

function isPodUpdate({ served, operation, subresource }: Review): boolean {
  return served.resource === 'pods' && served.group === '' && operation === 'UPDATE' && subresource === '';
}

const CONTAINERS = ['initContainers', 'containers', 'ephemeralContainers'];

function imagesOf(pod: KubeObject): string[] {
  return CONTAINERS.flatMap((list) => (pod.spec[list] ?? []).map(({ image }: any) => image));
}

/** Who may not pull an image does not get it either. Models plugin/pkg/admission/alwayspullimages. */
export const alwaysPullImages: AdmissionPlugin = {
  name: 'AlwaysPullImages',
  admit(review) {
    const { object: pod, old } = review;
    if (!pod || (!isPodCreation(review) && !isPodUpdate(review))) return;
    const before = new Set(old ? imagesOf(old) : []);
    if (old && imagesOf(pod).every((image) => before.has(image))) return;
    for (const list of CONTAINERS) {
      if (!pod.spec[list]) continue;
      pod.spec[list] = pod.spec[list].map((one: any) => ({ ...one, imagePullPolicy: 'Always' }));
    }
  },
};

const NODE_SELECTOR = 'scheduler.alpha.kubernetes.io/node-selector';

/** Pods of a namespace go where its annotation says. Models plugin/pkg/admission/podnodeselector. */
export const podNodeSelector: AdmissionPlugin = {
  name: 'PodNodeSelector',
  admit(review) {
    const { call, object: pod, served, name, namespace } = review;
    if (!pod || !isPodCreation(review)) return;
    const found = call.server.store.log.get(`/registry/namespaces/${namespace}`)?.value;
    const { nodeSelectors = {} } = call.server.admissionConfiguration;
    const annotated: string | undefined = found?.metadata.annotations?.[NODE_SELECTOR];
    const wanted = labelsOf(annotated ?? nodeSelectors['clusterDefaultNodeSelector'] ?? '');
    const own = pod.spec.nodeSelector ?? {};
    if (Object.entries(wanted).some(([key, value]) => Object.hasOwn(own, key) && own[key] !== value)) {
      const why = 'pod node label selector conflicts with its namespace node label selector';
      throw forbidden(served, name, why);
    }
    const merged = { ...wanted, ...own };
    // What the file says of a namespace is all that its pods may select.
    const allowed = labelsOf(nodeSelectors[namespace] ?? '');
    if (nodeSelectors[namespace] && Object.entries(merged).some(([key, value]) => allowed[key] !== value)) {
      const why = 'pod node label selector labels conflict with its namespace whitelist';
      throw forbidden(served, name, why);
    }
    if (Object.keys(merged).length > 0) pod.spec.nodeSelector = merged;
  },
};

/** `a=b,c=d`. */
function labelsOf(text: string): Record<string, string> {
  const pairs = text.split(',').filter((part) => part.trim() !== '');
  return Object.fromEntries(pairs.map((part) => part.split('=').map((side) => side.trim())));
}

/** Pods that ask for a device tolerate the nodes that are kept for it. Models plugin/pkg/admission/extendedresourcetoleration. */
export const extendedResourceToleration: AdmissionPlugin = {
  name: 'ExtendedResourceToleration',
  admit(review) {
    const { object: pod } = review;
    if (!pod || (!isPodCreation(review) && !isPodUpdate(review))) return;
    const names = CONTAINERS.flatMap((list) => pod.spec[list] ?? [])
      .flatMap((one: any) => Object.keys(one.resources?.requests ?? {}))
      .filter((name) => name.includes('/') && !name.split('/')[0]?.endsWith('kubernetes.io'));
    const tolerations: any[] = pod.spec.tolerations ?? [];
    const added = [...new Set(names)]
      .sort()
      .map((key) => ({ key, operator: 'Exists', effect: 'NoSchedule' }))
      .filter(({ key }) => !tolerations.some((one) => one.key === key && one.operator === 'Exists'));
    if (added.length > 0) pod.spec.tolerations = [...tolerations, ...added];
  },
};

/** Models plugin/pkg/admission/network/denyserviceexternalips. */
export const denyServiceExternalIps: AdmissionPlugin = {
  name: 'DenyServiceExternalIPs',
  validate({ served, subresource, object, old, name }) {
    if (served.resource !== 'services' || served.group !== '' || subresource !== '') return;
    const before: string[] = old?.spec.externalIPs ?? [];
    const added = (object?.spec.externalIPs ?? []).some((address: string) => !before.includes(address));
    if (added) throw forbidden(served, name, 'Use of external IPs is denied by admission control');
  },
};
