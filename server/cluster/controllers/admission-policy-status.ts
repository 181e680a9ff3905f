import { RESOURCES } from '../client/resources.ts';
import type { Controller } from './controller.ts';

/**
 * Notes on each validating admission policy that its expressions were looked at; the API server refuses those that
 * cannot be compiled, so there is nothing to warn of. Models pkg/controller/validatingadmissionpolicystatus
 */
export const admissionPolicyStatusController: Controller = {
  name: 'validatingadmissionpolicy-status-controller',
  alias: 'validatingadmissionpolicy-status-controller',
  account: 'validatingadmissionpolicy-status-controller',
  start: ({ informers, queue, client }) => {
    const policies = informers.for(RESOURCES.validatingadmissionpolicies);
    const changed = ({ metadata: { name } }: { metadata: { name: string } }) => queue.add(name);
    policies.on({ added: changed, updated: changed });
    return {
      reconcile(name) {
        const policy = policies.get(name);
        const observedGeneration = policy?.metadata.generation;
        if (!policy || policy.status?.observedGeneration === observedGeneration) return undefined;
        const status = { ...policy.status, observedGeneration, typeChecking: {} };
        client.updateStatus(RESOURCES.validatingadmissionpolicies, { ...policy, status });
        return undefined;
      },
    };
  },
};
