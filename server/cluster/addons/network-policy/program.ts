import type { Main } from '../../../host/index.ts';
import { klogLine } from '../../klog.ts';
import { startAgent } from '../agent.ts';
import { PolicyEnforcer } from './enforcer.ts';

/** kube-network-policies: enforces the policies of its node beside a CNI that does not. */
export const networkPolicyAgent: Main = function* (context) {
  const agent = yield* startAgent(context, {
    userAgent: 'kube-network-policies',
    cannotStart: (message) => klogLine(context, 'E', 'main.go:108', message),
  });
  if (!agent) return 1;
  const enforcer = new PolicyEnforcer(agent);
  agent.log('I', 'controller.go:301', 'Waiting for informer caches to sync');
  const started = agent.queue(() => {
    enforcer.start();
    agent.log('I', 'controller.go:319', 'Syncing nftables rules');
  });
  started.add('start');
  yield* agent.run();
  return 0;
};
