import { isSystemError } from '../../../host/index.ts';
import { isApiError } from '../../../objects/api-error.ts';
import { type KubeObject, timestamp } from '../../../objects/object.ts';
import { type KubeletCore, quoted, requestFailure } from '../core.ts';

/** How often one update of the node's status is tried. Models pkg/kubelet/kubelet_node_status.go nodeStatusUpdateRetry. */
const STATUS_TRIES = 5;

/** What a kubelet says of its caches. Before it knows its node it does not ask for pods; a refused watch is begun again silently. */
export function tellWatchFailure(core: KubeletCore, wasSynced: boolean, error: unknown): void {
  if (wasSynced && isSystemError(error, 'ECONNREFUSED')) return;
  const { nodeName } = core.options;
  const tell = (kind: string, path: string, reflector = 'k8s.io/client-go/informers/factory.go:160') =>
    core.log(
      'E',
      'reflector.go:200',
      `"Failed to watch" err="failed to list *v1.${kind}: ${requestFailure(core.options, `Get ${path}limit=500&resourceVersion=0`, error)}" logger="UnhandledError" reflector="${reflector}" type="*v1.${kind}"`,
    );
  // What the server refuses it says of pods, which this one asks for first.
  if (wasSynced || !(isSystemError(error) || isApiError(error, 'Unauthorized'))) {
    tell(
      'Pod',
      `/api/v1/pods?fieldSelector=spec.nodeName%3D${nodeName}&`,
      'pkg/kubelet/config/apiserver.go:66',
    );
    return;
  }
  tell('Node', `/api/v1/nodes?fieldSelector=metadata.name%3D${nodeName}&`);
  tell('Service', '/api/v1/services?fieldSelector=spec.clusterIP%21%3DNone&');
  tell('CSIDriver', '/apis/storage.k8s.io/v1/csidrivers?');
  tell('RuntimeClass', '/apis/node.k8s.io/v1/runtimeclasses?');
}

/** The node's status cannot be told: all tries of one time. */
export function tellStatusFailure(core: KubeletCore, node: KubeObject, error: unknown): void {
  const { name } = node.metadata;
  const path = `/api/v1/nodes/${name}`;
  const types: string[] = (node.status?.conditions ?? []).map(({ type }: { type: string }) => type);
  const lastHeartbeatTime = timestamp(core.clock.now);
  const patch = {
    status: {
      '$setElementOrder/conditions': types.map((type) => ({ type })),
      conditions: types
        .filter((type) => type !== 'NetworkUnavailable')
        .map((type) => ({ lastHeartbeatTime, type })),
    },
  };
  const body = quoted(`"${quoted(JSON.stringify(patch))}"`);
  const tell = (text: string, request: string) =>
    core.log(
      'E',
      'kubelet_node_status.go:548',
      `"Error updating node status, will retry" err="${text}: ${requestFailure(core.options, request, error)}"`,
    );
  tell(`failed to patch status ${body} for node \\"${name}\\"`, `Patch ${path}/status?timeout=10s`);
  for (let i = 1; i < STATUS_TRIES; i++) tell(`error getting node \\"${name}\\"`, `Get ${path}?timeout=10s`);
  core.log(
    'E',
    'kubelet_node_status.go:535',
    '"Unable to update node status" err="update node status exceeds retry count"',
  );
}
