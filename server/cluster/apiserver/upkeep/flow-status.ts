import type { KubeObject } from '../../../objects/object.ts';
import { timestamp } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { ApiServer } from '../api-server.ts';
import { ownClient } from './own-client.ts';

const MANAGER = 'api-priority-and-fairness-config-consumer-v1';

/**
 * Tells on each flow schema whether its priority level is there. Models apiserver/pkg/util/flowcontrol/apf_controller.go
 * presyncFlowSchemaStatus
 */
export function tellDangling(server: ApiServer): void {
  const stored = (plural: string) => server.store.log.list(`/registry/${plural}/`).map(({ value }) => value);
  const levels = new Set(stored('prioritylevelconfigurations').map(({ metadata }) => metadata.name));
  const client = ownClient(server);
  for (const schema of stored('flowschemas')) {
    const level: string = schema.spec.priorityLevelConfiguration.name;
    const told = dangling(level, !levels.has(level));
    if (said(schema) === told.message) continue;
    const body = {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'FlowSchema',
      metadata: { name: schema.metadata.name },
      status: { conditions: [{ ...told, lastTransitionTime: timestamp(server.clock.now) }] },
    };
    const options = {
      type: 'apply',
      body,
      subresource: 'status',
      fieldManager: MANAGER,
      force: true,
    } as const;
    client.patch(RESOURCES.flowschemas, schema.metadata.name, options);
  }
}

function said({ status }: KubeObject): string | undefined {
  return status?.conditions?.find(({ type }: { type: string }) => type === 'Dangling')?.message;
}

function dangling(level: string, missing: boolean) {
  const reference = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`;
  return missing
    ? {
        type: 'Dangling',
        status: 'True',
        reason: 'NotFound',
        message: `${reference} but there is no such object`,
      }
    : { type: 'Dangling', status: 'False', reason: 'Found', message: `${reference} and it exists` };
}
