/** Descriptions that say more than the one line of the table. */
export const LONG_TEXTS: Readonly<Record<string, string>> = {
  set: 'Change the configuration of applications.\n\n The commands below alter one thing of objects that exist already.',
  rollout:
    'Manage how changes of pods are rolled out.\n        \n It works for these types:\n\n  *  deployments\n  *  daemonsets\n  *  statefulsets',
  top: 'Show how much CPU and memory is used.\n\n Nodes and pods can be looked at. The figures come from Metrics Server, which has to run in the cluster.',
  'create secret':
    'Create a secret of one of three types.\n\n docker-registry holds credentials of a container registry, generic any data, tls a certificate and its key.',
};
