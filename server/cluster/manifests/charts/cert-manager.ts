import { certManagerParts } from '../cert-manager.ts';
import { certManagerDefinitions } from '../cert-manager-crds.ts';
import { yamlOf } from '../manifest.ts';
import type { PublishedChart } from './published.ts';

const VALUES = `crds:
  # Install the definitions as part of the release
  enabled: false
  # Keep them when it is uninstalled
  keep: true
# The older name of crds.enabled
installCRDs: false
replicaCount: 1
`;

const NOTES = `cert-manager {{ .Chart.AppVersion }} has been deployed successfully!

In order to begin issuing certificates, you will need to set up a ClusterIssuer
or Issuer resource.
`;

const VERSIONS = [
  'v1.19.1',
  'v1.18.3',
  'v1.18.2',
  'v1.18.1',
  'v1.18.0',
  'v1.17.2',
  'v1.17.1',
  'v1.16.3',
  'v1.16.2',
  'v1.15.3',
  'v1.14.5',
];

export const CERT_MANAGER_CHART: PublishedChart = {
  name: 'cert-manager',
  description: 'A Helm chart for cert-manager',
  home: 'https://cert-manager.io',
  keywords: ['cert-manager', 'kube-lego', 'letsencrypt', 'tls'],
  kubeVersion: '>= 1.22.0-0',
  versions: VERSIONS.map((version) => [version, version]),
  files: (version) => {
    const labels = {
      'app.kubernetes.io/name': 'cert-manager',
      'app.kubernetes.io/instance': '{{ .Release.Name }}',
    };
    const parts = certManagerParts({
      version,
      home: '{{ .Release.Namespace }}',
      name: '{{ .Release.Name }}',
    });
    return {
      'values.yaml': VALUES,
      'templates/NOTES.txt': NOTES,
      'templates/crds.yaml': `{{- if or .Values.crds.enabled .Values.installCRDs }}\n${yamlOf(certManagerDefinitions(labels, { 'helm.sh/resource-policy': 'keep' }))}{{- end }}\n`,
      'templates/cert-manager.yaml': yamlOf(parts),
    };
  },
};
