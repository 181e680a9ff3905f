const PREFIX = 'node-role.kubernetes.io/';

/** The roles that a node's labels name, sorted. Models pkg/printers/internalversion findNodeRoles. */
export function nodeRoles(labels: Readonly<Record<string, string>> = {}): string[] {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(labels)) {
    if (key.startsWith(PREFIX) && key.length > PREFIX.length) roles.add(key.slice(PREFIX.length));
    else if (key === 'kubernetes.io/role' && value !== '') roles.add(value);
  }
  return [...roles].sort();
}
