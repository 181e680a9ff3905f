/** Descriptions that say more than the one line of the table: as recorded, where what was recorded shows them. */
export const LONG_TEXTS: Readonly<Record<string, string>> = {
  set: 'Configure application resources.\n\n These commands help you make changes to existing application resources.',
  rollout:
    'Manage the rollout of one or many resources.\n        \n Valid resource types include:\n\n  *  deployments\n  *  daemonsets\n  *  statefulsets',
  top: 'Display resource (CPU/memory) usage.\n\n The top command allows you to see the resource consumption for nodes or pods.\n\n This command requires Metrics Server to be correctly configured and working on the server.',
  'create secret':
    'Create a secret with specified type.\n\n A docker-registry type secret is for accessing a container registry.\n\n A generic type secret indicate an Opaque secret type.\n\n A tls type secret holds TLS certificate and its associated key.',
};
