import type { OtherVersion } from '../kind.ts';

/** Types of versions that are off by default and differ from the published one by their name alone. */
const EARLIER: Readonly<Record<string, { readonly group: string; readonly kinds: string }>> = {
  'admissionregistration.v1beta1': {
    group: 'admissionregistration.k8s.io',
    kinds: 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
  },
  'authentication.v1beta1': { group: 'authentication.k8s.io', kinds: 'SelfSubjectReview' },
  'authentication.v1alpha1': { group: 'authentication.k8s.io', kinds: 'SelfSubjectReview' },
  'networking.v1beta1': { group: 'networking.k8s.io', kinds: 'IPAddress ServiceCIDR' },
};

export interface EarlierType {
  readonly name: string;
  /** The type that it is another name of. */
  readonly of: string;
  readonly gvk: { readonly group: string; readonly version: string; readonly kind: string };
}

/** Those types, and the lists of them. */
export const EARLIER_TYPES: readonly EarlierType[] = Object.entries(EARLIER).flatMap(
  ([place, { group, kinds }]) => {
    const [folder = '', version = ''] = place.split('.');
    return kinds
      .split(' ')
      .flatMap((kind) => [kind, `${kind}List`])
      .map((kind) => ({
        name: `io.k8s.api.${place}.${kind}`,
        of: `io.k8s.api.${folder}.v1.${kind}`,
        gvk: { group, version, kind },
      }));
  },
);

/** The versions of a kind that `--runtime-config` switches on, beside its v1. */
export function earlierVersions(group: string, kind: string): OtherVersion[] {
  return EARLIER_TYPES.filter(({ gvk }) => gvk.group === group && gvk.kind === kind).map(({ name, gvk }) => {
    const as = (version: string) => (object: any) => ({ ...object, apiVersion: `${group}/${version}` });
    return { version: gvk.version, schema: name, toStorage: as('v1'), fromStorage: as(gvk.version) };
  });
}
