export interface HelpText {
  /** Replaces the one-line description. */
  readonly long?: string;
  readonly examples?: string;
}

/** Descriptions and examples of the commands' help. */
export const HELP_TEXTS: Readonly<Record<string, HelpText>> = {
  set: {
    long: 'Configure application resources.\n\n These commands help you make changes to existing application resources.',
  },
  rollout: {
    long: 'Manage the rollout of one or many resources.\n        \n Valid resource types include:\n\n  *  deployments\n  *  daemonsets\n  *  statefulsets',
    examples:
      "# Rollback to the previous deployment\nkubectl rollout undo deployment/abc\n\n# Check the rollout status of a daemonset\nkubectl rollout status daemonset/foo\n\n# Restart a deployment\nkubectl rollout restart deployment/abc\n\n# Restart deployments with the 'app=nginx' label\nkubectl rollout restart deployment --selector=app=nginx",
  },
  top: {
    long: 'Display resource (CPU/memory) usage.\n\n The top command allows you to see the resource consumption for nodes or pods.\n\n This command requires Metrics Server to be correctly configured and working on the server.',
  },
  'create secret': {
    long: 'Create a secret with specified type.\n\n A docker-registry type secret is for accessing a container registry.\n\n A generic type secret indicate an Opaque secret type.\n\n A tls type secret holds TLS certificate and its associated key.',
  },
  'config use-context': {
    examples: '# Use the context for the minikube cluster\nkubectl config use-context minikube',
  },
};
