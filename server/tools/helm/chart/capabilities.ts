import { GoStruct } from '../../go-template/values.ts';

/** What charts may know of a cluster. */
export interface Capabilities {
  /** `v1.33.1` */
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
}

/** The helm that this is. */
export const VERSION = 'v3.18.4';
export const GIT_COMMIT = 'd80839cf37d860c8aa9a0503fe463278f26cd5e2';
export const GO_VERSION = 'go1.24.4';

const VERSIONS: Readonly<Record<string, string>> = {
  '': 'v1',
  'admissionregistration.k8s.io': 'v1 v1alpha1 v1beta1',
  'internal.apiserver.k8s.io': 'v1alpha1',
  apps: 'v1 v1beta1 v1beta2',
  'authentication.k8s.io': 'v1 v1alpha1 v1beta1',
  'authorization.k8s.io': 'v1 v1beta1',
  autoscaling: 'v1 v2 v2beta1 v2beta2',
  batch: 'v1 v1beta1',
  'certificates.k8s.io': 'v1 v1beta1 v1alpha1',
  'coordination.k8s.io': 'v1alpha2 v1beta1 v1',
  'discovery.k8s.io': 'v1 v1beta1',
  'events.k8s.io': 'v1 v1beta1',
  extensions: 'v1beta1',
  'flowcontrol.apiserver.k8s.io': 'v1 v1beta1 v1beta2 v1beta3',
  'networking.k8s.io': 'v1 v1alpha1 v1beta1',
  'node.k8s.io': 'v1 v1alpha1 v1beta1',
  policy: 'v1 v1beta1',
  'rbac.authorization.k8s.io': 'v1 v1beta1 v1alpha1',
  'resource.k8s.io': 'v1beta2 v1beta1 v1alpha3',
  'scheduling.k8s.io': 'v1alpha1 v1beta1 v1',
  'storage.k8s.io': 'v1beta1 v1 v1alpha1',
  'storagemigration.k8s.io': 'v1alpha1',
  'apiextensions.k8s.io': 'v1beta1 v1',
};

/** Where no cluster is asked: that of the client's libraries. Models chartutil.DefaultCapabilities. */
export const DEFAULT_CAPABILITIES: Capabilities = {
  kubeVersion: 'v1.33.0',
  apiVersions: Object.entries(VERSIONS).flatMap(([group, versions]) =>
    versions.split(' ').map((version) => (group === '' ? version : `${group}/${version}`)),
  ),
};

/** `.Capabilities`. */
export function capabilitiesObject({ kubeVersion, apiVersions }: Capabilities): GoStruct {
  const [, major = '', minor = ''] = /^v?(\d+)\.(\d+)/.exec(kubeVersion) ?? [];
  const version = { Version: kubeVersion, Major: major, Minor: minor };
  const methods = { String: () => kubeVersion, GitVersion: () => kubeVersion };
  const known = new Set(apiVersions);
  return new GoStruct('*chartutil.Capabilities', {
    KubeVersion: new GoStruct('chartutil.KubeVersion', version, { methods, text: kubeVersion }),
    APIVersions: new GoStruct(
      'chartutil.VersionSet',
      {},
      {
        methods: { Has: (name: string) => known.has(name) },
        text: `[${apiVersions.join(' ')}]`,
        items: Object.fromEntries(apiVersions.map((name, i) => [String(i).padStart(6, '0'), name])),
      },
    ),
    HelmVersion: new GoStruct('version.BuildInfo', {
      Version: VERSION,
      GitCommit: GIT_COMMIT,
      GitTreeState: 'clean',
      GoVersion: GO_VERSION,
    }),
  });
}
