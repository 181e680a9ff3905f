/** Models pkg/apis/core/v1 SetDefaults_PersistentVolumeClaimSpec. */
export function defaultClaimSpec(spec: any): void {
  spec.volumeMode ??= 'Filesystem';
}

export function defaultClaim(claim: any): void {
  if (claim.spec) defaultClaimSpec(claim.spec);
  claim.status ??= {};
  claim.status.phase ||= 'Pending';
}
