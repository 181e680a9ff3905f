import { objectProposal, podsProposal } from './custom-metrics.ts';
import { externalProposal, type MetricContext, type Proposal, resourceProposal } from './metrics.ts';

/** What one metric of an autoscaler asks for. Models computeReplicasForMetric */
export function propose(spec: any, context: MetricContext): Proposal {
  switch (spec.type) {
    case 'Resource':
      return resourceProposal(spec.resource, undefined, context);
    case 'ContainerResource':
      return resourceProposal(spec.containerResource, spec.containerResource.container, context);
    case 'External':
      return externalProposal(spec.external, context);
    case 'Object':
      return objectProposal(spec.object, context);
    default:
      return podsProposal(spec.pods, context);
  }
}
