import { timestamp } from '../../objects/object.ts';
import type { Clock } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import type { SeriesRecorder } from '../client/events.ts';
import { RESOURCES } from '../client/resources.ts';
import type { Pod, PodInfo } from './pod-info.ts';
import type { PodStatusWriter } from './pod-status.ts';
import type { Candidate } from './preemption.ts';

export interface EvictionTools {
  readonly client: Client;
  readonly clock: Clock;
  readonly recorder: SeriesRecorder;
  readonly writer: PodStatusWriter;
  /** Pods of lower priority that hoped for the node. */
  readonly lesser: readonly PodInfo[];
}

/** Makes room for a pod. Models pkg/scheduler/framework/preemption/preemption.go prepareCandidate */
export function evictVictims(pod: Pod, { node, victims }: Candidate, tools: EvictionTools): void {
  for (const { pod: victim } of victims) {
    if (victim.metadata.deletionTimestamp) continue;
    evict(victim, pod.spec.schedulerName, tools);
    tools.recorder.event(victim, {
      type: 'Normal',
      reason: 'Preempted',
      action: 'Preempting',
      message: `Preempted by pod ${pod.metadata.uid} on node ${node.name}`,
      related: pod,
    });
  }
  // Who hoped for this node looks for another.
  for (const { pod: rival } of tools.lesser) {
    const { name, namespace } = rival.metadata;
    const options = {
      type: 'merge',
      body: { status: { nominatedNodeName: null } },
      subresource: 'status',
    } as const;
    tools.writer.attempt(() => tools.client.patch(RESOURCES.pods, name, options, namespace));
  }
}

function evict({ metadata: { name, namespace } }: Pod, scheduler: string, tools: EvictionTools): void {
  const { client, clock, writer } = tools;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(clock.now),
    reason: 'PreemptionByScheduler',
    message: `${scheduler}: preempting to accommodate a higher priority pod`,
  };
  const options = {
    type: 'strategic',
    body: { status: { conditions: [condition] } },
    subresource: 'status',
  } as const;
  writer.attempt(() => {
    client.patch(RESOURCES.pods, name, options, namespace);
    client.delete(RESOURCES.pods, name, namespace);
  });
}
