type Fields = Record<string, any>;

const CLUSTER = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'ClusterRole',
  'ClusterRoleBinding',
  'StorageClass',
  'CustomResourceDefinition',
  'PriorityClass',
  'IngressClass',
  'APIService',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'CSIDriver',
  'RuntimeClass',
  'GatewayClass',
]);

/** Kinds that have no namespace. */
export function isClusterScoped(object: Fields): boolean {
  return CLUSTER.has(object['kind']);
}

/** Visits the pod specs of an object, each with the template it stands in. */
export function eachPodSpec(
  object: Fields,
  visit: (spec: Fields, template: Fields | undefined) => void,
): void {
  const spec = object['spec'];
  if (object['kind'] === 'Pod') visit(spec ?? {}, undefined);
  else if (object['kind'] === 'CronJob' && spec?.jobTemplate?.spec?.template)
    visit(spec.jobTemplate.spec.template.spec ?? {}, spec.jobTemplate.spec.template);
  else if (spec?.template?.spec) visit(spec.template.spec, spec.template);
}

export function podSpecsOf(object: Fields): Fields[] {
  const out: Fields[] = [];
  eachPodSpec(object, (spec) => out.push(spec));
  return out;
}

type Rename = (kind: string, name: string) => string;

/** Passes every name that refers to another object through `rename`. */
export function eachName(object: Fields, rename: Rename): void {
  const swap = (holder: Fields | undefined, field: string, kind: string) => {
    if (holder && typeof holder[field] === 'string') holder[field] = rename(kind, holder[field]);
  };
  for (const spec of podSpecsOf(object)) podNames(spec, swap);
  const { spec } = object;
  if (object['kind'] === 'Ingress') {
    const backend = (b: Fields | undefined) => swap(b?.['service'], 'name', 'Service');
    backend(spec?.defaultBackend);
    for (const rule of spec?.rules ?? []) for (const path of rule.http?.paths ?? []) backend(path.backend);
    for (const tls of spec?.tls ?? []) swap(tls, 'secretName', 'Secret');
  }
  if (object['kind'] === 'StatefulSet') swap(spec, 'serviceName', 'Service');
  if (object['kind'] === 'HorizontalPodAutoscaler')
    swap(spec?.scaleTargetRef, 'name', spec?.scaleTargetRef?.kind);
  if (object['roleRef']) swap(object['roleRef'], 'name', object['roleRef'].kind);
  for (const subject of object['subjects'] ?? [])
    if (subject.kind === 'ServiceAccount') swap(subject, 'name', 'ServiceAccount');
  if (object['kind'] === 'PersistentVolumeClaim') {
    swap(spec, 'volumeName', 'PersistentVolume');
    swap(spec, 'storageClassName', 'StorageClass');
  }
}

function podNames(
  spec: Fields,
  swap: (holder: Fields | undefined, field: string, kind: string) => void,
): void {
  swap(spec, 'serviceAccountName', 'ServiceAccount');
  for (const secret of spec['imagePullSecrets'] ?? []) swap(secret, 'name', 'Secret');
  for (const container of [...(spec['containers'] ?? []), ...(spec['initContainers'] ?? [])]) {
    for (const env of container.env ?? []) {
      swap(env.valueFrom?.configMapKeyRef, 'name', 'ConfigMap');
      swap(env.valueFrom?.secretKeyRef, 'name', 'Secret');
    }
    for (const from of container.envFrom ?? []) {
      swap(from.configMapRef, 'name', 'ConfigMap');
      swap(from.secretRef, 'name', 'Secret');
    }
  }
  for (const volume of spec['volumes'] ?? []) {
    swap(volume.configMap, 'name', 'ConfigMap');
    swap(volume.secret, 'secretName', 'Secret');
    swap(volume.persistentVolumeClaim, 'claimName', 'PersistentVolumeClaim');
    for (const source of volume.projected?.sources ?? []) {
      swap(source.configMap, 'name', 'ConfigMap');
      swap(source.secret, 'name', 'Secret');
    }
  }
}
