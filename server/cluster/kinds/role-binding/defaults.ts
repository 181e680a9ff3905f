const GROUP = 'rbac.authorization.k8s.io';

/** Models pkg/apis/rbac/v1 SetDefaults_RoleBinding and SetDefaults_Subject. */
export function defaultBinding({ roleRef, subjects = [] }: any): void {
  if (roleRef) roleRef.apiGroup ||= GROUP;
  for (const subject of subjects ?? []) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= GROUP;
  }
}
