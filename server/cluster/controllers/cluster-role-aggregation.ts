import { matches, selectorOf } from '../../objects/label-selector.ts';
import type { KubeObject } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import { RESOURCES } from '../client/resources.ts';
import type { Controller } from './controller.ts';

// Models pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go
export const clusterRoleAggregationController: Controller = {
  name: 'clusterrole-aggregation-controller',
  alias: 'clusterrole-aggregation',
  account: 'clusterrole-aggregation-controller',
  latencyMs: 2,
  start: ({ informers, queue, client }) => {
    const roles = informers.for(RESOURCES.clusterroles);
    const changed = () => {
      for (const role of roles.list()) if (role['aggregationRule']) queue.add(role.metadata.name);
    };
    roles.on({ added: changed, updated: changed, deleted: changed });
    return {
      reconcile(key) {
        const role = roles.get(key);
        if (!role?.['aggregationRule']) return undefined;
        const rules: unknown[] = [];
        for (const selector of role['aggregationRule'].clusterRoleSelectors ?? []) {
          const parsed = selectorOf(selector) ?? [];
          const found = [...roles.list()].filter((one: KubeObject) => matches(parsed, one.metadata.labels));
          found.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
          for (const one of found) {
            if (one.metadata.name === key) continue;
            for (const rule of one['rules'] ?? []) {
              if (!rules.some((known) => equalValues(known, rule))) rules.push(rule);
            }
          }
        }
        if (!equalValues(rules, role['rules'] ?? []))
          client.update(RESOURCES.clusterroles, { ...role, rules });
        return undefined;
      },
    };
  },
};
