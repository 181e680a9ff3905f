import type { HttpResponse } from '../../../host/index.ts';
import { FieldErrors } from '../../../objects/field-error.ts';
import { valueAt, withValueAt } from '../../../objects/field-path.ts';
import {
  formatSelector,
  type LabelSelector,
  selectorOf,
  selectorOfMap,
} from '../../../objects/label-selector.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { copyValue, isObject } from '../../../objects/values.ts';
import { AGE, age, integer, NAME } from '../../kinds/columns.ts';
import type { ScalePaths } from '../../kinds/kind.ts';
import { objectType } from '../../kinds/schema/types.ts';
import { bodyValue, decodeType } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { badRequest, conflict, invalid, methodNotAllowed } from '../errors.ts';
import type { Served } from '../served.ts';
import { type TableView, tableOfObject, wantsTable } from '../table.ts';
import { fieldManager, isDryRun } from '../verbs/options.ts';
import { patchedValue } from '../verbs/patch.ts';
import { replaceObject } from '../verbs/update.ts';

const SCALE = 'io.k8s.api.autoscaling.v1.Scale';

/** The number of replicas as an object of its own. Models the ScaleREST of each workload's storage. */
export function scale(call: ResourceCall): HttpResponse {
  const { server, served, info } = call;
  const paths = served.kind.scale as ScalePaths;
  const old = server.store.get(served, info.namespace, info.name);
  const current = scaleOf(old, paths);
  switch (info.verb) {
    case 'get':
      return shown(call, current);
    case 'update':
      return shown(call, change(call, old, paths, bodyValue(call)));
    case 'patch':
      return shown(
        call,
        change(call, old, paths, patchedValue({ ...call, served: scaleServed(served) }, current)),
      );
    default:
      throw methodNotAllowed(served, info.verb);
  }
}

/** The same resource, with the type that its scale has. */
function scaleServed(served: Served): Served {
  return { ...served, type: objectType(SCALE) };
}

/** Models pkg/printers/internalversion printScale. */
const TABLE: TableView = {
  columns: [NAME, integer('Desired'), integer('Available'), AGE],
  row: (object, context) => [
    object.metadata.name,
    object.spec?.replicas ?? 0,
    object.status?.replicas ?? 0,
    age(object, context),
  ],
};

function shown(call: ResourceCall, scale: KubeObject): HttpResponse {
  const value = wantsTable(call.request.headers['accept']) ? tableOfObject(call, scale, TABLE) : scale;
  return { status: 200, headers: { 'content-type': 'application/json' }, value };
}

function scaleOf(object: KubeObject, paths: ScalePaths): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = paths.labelSelector && valueAt(object, paths.labelSelector);
  const replicas = valueAt(object, paths.specReplicas);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      uid,
      resourceVersion,
      creationTimestamp,
    },
    spec: replicas ? { replicas } : {},
    status: {
      replicas: valueAt(object, paths.statusReplicas) ?? 0,
      ...(selector ? { selector: selectorText(selector) } : {}),
    },
  };
}

function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector;
  const parsed =
    isObject(selector) && ('matchLabels' in selector || 'matchExpressions' in selector)
      ? (selectorOf(selector as LabelSelector) ?? [])
      : selectorOfMap(selector as Record<string, string>);
  return formatSelector(parsed);
}

function change(call: ResourceCall, old: KubeObject, paths: ScalePaths, body: unknown): KubeObject {
  const asked = decodeType(SCALE, body);
  const { name, resourceVersion, uid } = asked.metadata ?? {};
  if (name && name !== old.metadata.name) {
    throw badRequest(
      `the name of the object (${name}) does not match the name on the URL (${old.metadata.name})`,
    );
  }
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion)
    throw conflict(call.served, old.metadata.name);
  if (uid && uid !== old.metadata.uid) throw conflict(call.served, old.metadata.name);
  const replicas = asked.spec?.replicas ?? 0;
  if (replicas < 0) {
    const errors = new FieldErrors();
    errors.invalid('spec.replicas', replicas, 'must be greater than or equal to 0');
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, old.metadata.name, errors.list);
  }
  const object = copyValue(withValueAt(old, paths.specReplicas, replicas));
  const whole = { ...call, info: { ...call.info, subresource: '' } };
  const options = { dryRun: isDryRun(call), manager: fieldManager(call), subresource: 'scale' };
  return scaleOf(replaceObject(whole, old, object, options), paths);
}
