import { createHash } from 'node:crypto';
import { parse as parseYaml } from 'yaml';
import type { Files } from '../../../host/index.ts';
import { DecodeError, decodeObject } from '../../../objects/decode.ts';
import { FieldErrors } from '../../../objects/field-error.ts';
import { timestamp } from '../../../objects/object.ts';
import { nanoTime } from '../../../sim/index.ts';
import { featureGates } from '../../feature-gates.ts';
import { dropGatedFields } from '../../kinds/gated-fields.ts';
import { KINDS } from '../../kinds/index.ts';
import { objectType } from '../../kinds/schema/types.ts';
import { HASH, type Pod, SOURCE } from './pod.ts';

export interface StaticPodFile {
  readonly path: string;
  /** Undefined when the file holds no pod. */
  readonly pod: Pod | undefined;
  readonly error: string | undefined;
}

const POD = KINDS.find((kind) => kind.kind === 'Pod' && kind.group === '');

/** Reads every manifest of a directory, in the order of names. */
export function readManifests(fs: Files, directory: string, node: string, now: number): StaticPodFile[] {
  return fs
    .list(directory)
    .filter((name) => !name.startsWith('.') && fs.isFile(`${directory}/${name}`))
    .sort()
    .map((name) => readManifest(`${directory}/${name}`, fs.read(`${directory}/${name}`), node, now));
}

// Models pkg/kubelet/config/common.go tryDecodeSinglePod and applyDefaults
function readManifest(path: string, text: string, node: string, now: number): StaticPodFile {
  const failed = (why: string): StaticPodFile => ({
    path,
    pod: undefined,
    error: `${path}: couldn't parse as pod(${why}), please check config file`,
  });
  let object: any;
  try {
    object = parseYaml(text, { version: '1.1' });
  } catch (error) {
    const line = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line ?? 1;
    return failed(
      `yaml: line ${line}: ${(error as Error).message.split('\n')[0]?.replace(/ at line.*$/, '')}`,
    );
  }
  if (typeof object !== 'object' || object === null)
    return failed(`Object 'Kind' is missing in '${JSON.stringify(object)}'`);
  if (!object.kind) return failed(`Object 'Kind' is missing in '${JSON.stringify(object)}'`);
  if (!object.apiVersion) return failed(`Object 'apiVersion' is missing in '${JSON.stringify(object)}'`);
  if (object.kind !== 'Pod' || object.apiVersion !== 'v1') {
    return failed(
      object.kind === 'Pod'
        ? `no kind "Pod" is registered for version "${object.apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`
        : `invalid pod: ${JSON.stringify(object.kind)}`,
    );
  }
  const hash = createHash('md5')
    .update(`host:${node},file:${path},${JSON.stringify(object)}`)
    .digest('hex');
  let decoded: unknown;
  try {
    decoded = decodeObject(object, objectType(POD?.schema ?? '')).value;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return failed(error.message);
  }
  const pod = complete(decoded, node, hash, now);
  const errors = problems(pod);
  return errors === undefined ? { path, pod, error: undefined } : failed(`invalid pod: ${errors}`);
}

function complete(object: any, node: string, hash: string, now: number): Pod {
  const metadata = object.metadata ?? {};
  const pod = structuredClone({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      name: `${metadata.name ?? ''}-${node.toLowerCase()}`,
      namespace: metadata.namespace ?? 'default',
      uid: hash,
      resourceVersion: '',
      creationTimestamp: timestamp(now),
      annotations: {
        ...metadata.annotations,
        [HASH]: hash,
        'kubernetes.io/config.seen': nanoTime(now, hash),
        [SOURCE]: 'file',
      },
    },
    spec: {
      ...object.spec,
      nodeName: node,
      tolerations: [...(object.spec?.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }],
    },
  }) as Pod;
  if (Array.isArray(pod.spec.containers)) POD?.setDefaults?.(pod, { now });
  // The gates that could keep them cannot be set here.
  dropGatedFields(pod, featureGates().isOn);
  return pod;
}

function problems(pod: Pod): string | undefined {
  if (!Array.isArray(pod.spec.containers) || pod.spec.containers.length === 0)
    return 'spec.containers: Required value';
  const errors = new FieldErrors();
  POD?.validate?.(pod, errors);
  if (errors.empty) return undefined;
  const list = errors.list.map((e) => `${e.field}: ${e.body}`);
  return list.length === 1 ? list[0] : `[${list.join(', ')}]`;
}
