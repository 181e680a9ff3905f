import { namingHelpers } from './naming.ts';
import type { PublishedChart } from './published.ts';

const VALUES = `nameOverride: argocd
fullnameOverride: ""
crds:
  # Install and upgrade CRDs
  install: true
  # Keep CRDs on chart uninstall
  keep: true
  annotations: {}
global:
  domain: argocd.example.com
  image:
    repository: quay.io/argoproj/argocd
    tag: ""
    imagePullPolicy: IfNotPresent
configs:
  cm:
    create: true
    admin.enabled: true
  params:
    server.insecure: false
controller:
  name: application-controller
  replicas: 1
repoServer:
  name: repo-server
  replicas: 1
server:
  name: server
  replicas: 1
  service:
    type: ClusterIP
    servicePortHttp: 80
    servicePortHttps: 443
    nodePortHttp: 30080
    nodePortHttps: 30443
applicationSet:
  name: applicationset-controller
  replicas: 1
notifications:
  enabled: true
  name: notifications-controller
dex:
  enabled: true
  name: dex-server
redis:
  enabled: true
  name: redis
  image:
    repository: redis
    tag: 7.2.11-alpine
`;

const HELPERS = `${namingHelpers('argo-cd')}
{{- define "argo-cd.image" -}}
{{ .Values.global.image.repository }}:{{ .Values.global.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "argo-cd.component" -}}
{{- $root := index . 0 }}
{{- $component := index . 1 }}
app.kubernetes.io/name: {{ printf "%s-%s" (include "argo-cd.name" $root) $component }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ $component }}
{{- end }}
`;

const kinds = {
  Application: { plural: 'applications', short: '[app, apps]' },
  ApplicationSet: { plural: 'applicationsets', short: '[appset, appsets]' },
  AppProject: { plural: 'appprojects', short: '[appproj, appprojs]' },
};

function crd(kind: keyof typeof kinds): string {
  const { plural, short } = kinds[kind];
  return `{{- if .Values.crds.install }}
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    {{- if .Values.crds.keep }}
    "helm.sh/resource-policy": keep
    {{- end }}
    {{- with .Values.crds.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  labels:
    app.kubernetes.io/name: ${plural}.argoproj.io
    app.kubernetes.io/part-of: argocd
  name: ${plural}.argoproj.io
spec:
  group: argoproj.io
  names:
    kind: ${kind}
    listKind: ${kind}List
    plural: ${plural}
    shortNames: ${short}
    singular: ${kind.toLowerCase()}
  scope: Namespaced
  versions:
    - name: v1alpha1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          required: [metadata, spec]
          properties:
            spec:
              type: object
              x-kubernetes-preserve-unknown-fields: true
            status:
              type: object
              x-kubernetes-preserve-unknown-fields: true
      subresources: {}
{{- end }}
`;
}

interface Component {
  /** Its key among the values, and its component in labels. */
  readonly key: string;
  readonly component: string;
  readonly kind?: 'StatefulSet';
  readonly command: string;
  readonly port?: number;
  readonly condition?: string;
  readonly image?: string;
}

const COMPONENTS: readonly Component[] = [
  {
    key: 'controller',
    component: 'application-controller',
    kind: 'StatefulSet',
    command: '/usr/local/bin/argocd-application-controller',
  },
  { key: 'repoServer', component: 'repo-server', command: '/usr/local/bin/argocd-repo-server', port: 8081 },
  {
    key: 'applicationSet',
    component: 'applicationset-controller',
    command: '/usr/local/bin/argocd-applicationset-controller',
    port: 7000,
  },
  {
    key: 'notifications',
    component: 'notifications-controller',
    command: '/usr/local/bin/argocd-notifications',
    condition: '.Values.notifications.enabled',
  },
  {
    key: 'dex',
    component: 'dex-server',
    command: '/shared/argocd-dex',
    port: 5556,
    condition: '.Values.dex.enabled',
  },
  {
    key: 'redis',
    component: 'redis',
    command: '',
    port: 6379,
    condition: '.Values.redis.enabled',
    image: '{{ .Values.redis.image.repository }}:{{ .Values.redis.image.tag }}',
  },
  { key: 'server', component: 'server', command: '/usr/local/bin/argocd-server', port: 8080 },
];

const metadata = (component: string) => `metadata:
  name: {{ include "argo-cd.fullname" . }}-${component}
  namespace: {{ .Release.Namespace }}
  labels:
    helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
    {{- include "argo-cd.component" (list . "${component}") | nindent 4 }}
    app.kubernetes.io/managed-by: {{ .Release.Service }}
    app.kubernetes.io/part-of: argocd`;

function workload({ key, component, kind, command, port, condition, image }: Component): string {
  const [open, close] = condition ? [`{{- if ${condition} }}\n`, '{{- end }}\n'] : ['', ''];
  const start = command === '' ? '' : `          args:\n            - ${command}\n`;
  const ports =
    port === undefined
      ? ''
      : `          ports:\n            - containerPort: ${port}\n              protocol: TCP\n`;
  const service =
    port === undefined || key === 'server'
      ? ''
      : `---\napiVersion: v1\nkind: Service\n${metadata(component)}\nspec:\n  ports:\n    - port: ${port}\n      targetPort: ${port}\n  selector:\n    {{- include "argo-cd.component" (list . "${component}") | nindent 4 }}\n`;
  return `${open}apiVersion: apps/v1
kind: ${kind ?? 'Deployment'}
${metadata(component)}
spec:
  replicas: {{ .Values.${key}.replicas | default 1 }}
  ${kind ? `serviceName: {{ include "argo-cd.fullname" . }}-${component}` : 'revisionHistoryLimit: 3'}
  selector:
    matchLabels:
      {{- include "argo-cd.component" (list . "${component}") | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "argo-cd.component" (list . "${component}") | nindent 8 }}
    spec:
      serviceAccountName: {{ include "argo-cd.fullname" . }}-${component}
      containers:
        - name: ${component}
          image: ${image ?? '{{ include "argo-cd.image" . }}'}
          imagePullPolicy: {{ .Values.global.image.imagePullPolicy }}
${start}${ports}---
apiVersion: v1
kind: ServiceAccount
${metadata(component)}
${service}${close}`;
}

const CONFIG = `{{- if .Values.configs.cm.create }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  namespace: {{ .Release.Namespace }}
  labels:
    app.kubernetes.io/name: argocd-cm
    app.kubernetes.io/part-of: argocd
data:
  admin.enabled: {{ index .Values.configs.cm "admin.enabled" | quote }}
  url: https://{{ .Values.global.domain }}
---
{{- end }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cmd-params-cm
  namespace: {{ .Release.Namespace }}
  labels:
    app.kubernetes.io/name: argocd-cmd-params-cm
    app.kubernetes.io/part-of: argocd
data:
  {{- range $key, $value := .Values.configs.params }}
  {{ $key }}: {{ $value | quote }}
  {{- end }}
`;

const SERVER_SERVICE = `apiVersion: v1
kind: Service
${metadata('server')}
spec:
  type: {{ .Values.server.service.type }}
  ports:
    - name: http
      port: {{ .Values.server.service.servicePortHttp }}
      targetPort: 8080
      {{- if eq .Values.server.service.type "NodePort" }}
      nodePort: {{ .Values.server.service.nodePortHttp }}
      {{- end }}
    - name: https
      port: {{ .Values.server.service.servicePortHttps }}
      targetPort: 8080
      {{- if eq .Values.server.service.type "NodePort" }}
      nodePort: {{ .Values.server.service.nodePortHttps }}
      {{- end }}
  selector:
    {{- include "argo-cd.component" (list . "server") | nindent 4 }}
`;

const NOTES = `Argo CD {{ .Chart.AppVersion }} is installed in the namespace {{ .Release.Namespace }}.

Its pages, from this machine:

    kubectl port-forward service/{{ include "argo-cd.fullname" . }}-server -n {{ .Release.Namespace }} 8080:443
`;

/** argo/argo-cd, whose CRDs are templates that \`crds.install\` switches off. */
export const ARGO_CD: PublishedChart = {
  name: 'argo-cd',
  description: 'A Helm chart for Argo CD, a declarative, GitOps continuous delivery tool for Kubernetes.',
  home: 'https://github.com/argoproj/argo-helm',
  keywords: ['argoproj', 'argocd', 'gitops'],
  kubeVersion: '>=1.25.0-0',
  versions: [
    ['8.3.0', 'v3.1.0'],
    ['8.0.0', 'v3.0.0'],
    ['7.9.1', 'v2.14.11'],
    ['7.8.23', 'v2.14.9'],
    ['7.7.3', 'v2.13.0'],
    ['7.7.0', 'v2.13.0'],
    ['7.3.11', 'v2.11.7'],
    ['6.7.3', 'v2.10.4'],
  ],
  files: () => ({
    'values.yaml': VALUES,
    'templates/_helpers.tpl': HELPERS,
    'templates/crds/crd-application.yaml': crd('Application'),
    'templates/crds/crd-applicationset.yaml': crd('ApplicationSet'),
    'templates/crds/crd-project.yaml': crd('AppProject'),
    'templates/argocd-configs/argocd-cm.yaml': CONFIG,
    'templates/argocd-server/service.yaml': SERVER_SERVICE,
    ...Object.fromEntries(
      COMPONENTS.map((one) => [
        `templates/argocd-${one.component}/${one.kind ? 'statefulset' : 'deployment'}.yaml`,
        workload(one),
      ]),
    ),
    'templates/NOTES.txt': NOTES,
  }),
};
