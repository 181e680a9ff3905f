import type { KubeObject } from '../../../objects/object.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin, Review } from './admission.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * Every pod runs as a ServiceAccount, whose token is mounted. Models plugin/pkg/admission/serviceaccount.
 */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  admit(review) {
    const { object: pod } = review;
    if (!isPodCreation(review) || !pod || isMirror(pod)) return;
    pod.spec.serviceAccountName ||= 'default';
    pod.spec.serviceAccount = pod.spec.serviceAccountName;
    const account = accountOf(review, pod);
    if (pod.spec.automountServiceAccountToken ?? account['automountServiceAccountToken'] ?? true)
      mountToken(review, pod);
    if ((pod.spec.imagePullSecrets ?? []).length === 0 && account['imagePullSecrets']?.length > 0) {
      pod.spec.imagePullSecrets = account['imagePullSecrets'].map((secret: object) => ({ ...secret }));
    }
  },
  validate(review) {
    const { object: pod, served, name } = review;
    if (!isPodCreation(review) || !pod) return;
    if (isMirror(pod)) {
      if (pod.spec.serviceAccountName)
        throw forbidden(served, name, 'a mirror pod may not reference service accounts');
      return;
    }
    accountOf(review, pod);
  },
};

export function isPodCreation({ served, operation, subresource }: Review): boolean {
  return operation === 'CREATE' && served.resource === 'pods' && served.group === '' && subresource === '';
}

export function isMirror(pod: KubeObject): boolean {
  return pod.metadata.annotations?.[MIRROR] !== undefined;
}

function accountOf({ call, served, namespace, name }: Review, pod: KubeObject): KubeObject {
  const wanted = pod.spec.serviceAccountName;
  const found = call.server.store.log.get(`/registry/serviceaccounts/${namespace}/${wanted}`)?.value;
  if (found) return found;
  throw forbidden(
    served,
    name,
    `error looking up service account ${namespace}/${wanted}: serviceaccount "${wanted}" not found`,
  );
}

function mountToken({ call, name }: Review, pod: KubeObject): void {
  const containers: any[] = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])];
  const wanting = containers.filter(
    ({ volumeMounts }) => !(volumeMounts ?? []).some((mount: any) => mount.mountPath === TOKEN_PATH),
  );
  if (wanting.length === 0) return;
  const volumes: any[] = pod.spec.volumes ?? [];
  const existing = volumes.find((volume) => volume.name?.startsWith('kube-api-access-'));
  const suffix = () => call.server.randomFor(`token-volume/${name}`).text(5, NAME_ALPHABET);
  const volumeName = existing?.name ?? `kube-api-access-${suffix()}`;
  if (!existing) pod.spec.volumes = [...volumes, tokenVolume(volumeName)];
  for (const container of wanting) {
    const mount = { mountPath: TOKEN_PATH, name: volumeName, readOnly: true };
    container.volumeMounts = [...(container.volumeMounts ?? []), mount];
  }
}

function tokenVolume(name: string) {
  return {
    name,
    projected: {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
    },
  };
}
