import { INGRESS_NGINX_ADMISSION } from './ingress-nginx-admission.ts';
import { INGRESS_NGINX_RIGHTS } from './ingress-nginx-rights.ts';
import { namingHelpers } from './naming.ts';
import type { PublishedChart } from './published.ts';

const VALUES = `nameOverride: ""
fullnameOverride: ""
commonLabels: {}
controller:
  name: controller
  image:
    registry: registry.k8s.io
    image: ingress-nginx/controller
    tag: ""
    pullPolicy: IfNotPresent
  kind: Deployment
  replicaCount: 1
  minAvailable: 1
  config: {}
  configAnnotations: {}
  hostNetwork: false
  dnsPolicy: ClusterFirst
  hostPort:
    enabled: false
    ports:
      http: 80
      https: 443
  electionID: ""
  ingressClass: nginx
  ingressClassResource:
    name: nginx
    enabled: true
    default: false
    controllerValue: k8s.io/ingress-nginx
    annotations: {}
  watchIngressWithoutClass: false
  publishService:
    enabled: true
  extraArgs: {}
  containerPort:
    http: 80
    https: 443
  podLabels: {}
  podAnnotations: {}
  nodeSelector:
    kubernetes.io/os: linux
  tolerations: []
  affinity: {}
  resources:
    requests:
      cpu: 100m
      memory: 90Mi
  service:
    enabled: true
    type: LoadBalancer
    annotations: {}
    externalTrafficPolicy: ""
    ports:
      http: 80
      https: 443
    nodePorts:
      http: ""
      https: ""
  admissionWebhooks:
    enabled: true
    failurePolicy: Fail
    port: 8443
    patch:
      enabled: true
      image:
        registry: registry.k8s.io
        image: ingress-nginx/kube-webhook-certgen
        tag: v1.5.2
        pullPolicy: IfNotPresent
  metrics:
    enabled: false
    port: 10254
rbac:
  create: true
serviceAccount:
  create: true
  name: ""
  automountServiceAccountToken: true
tcp: {}
udp: {}
`;

const HELPERS = `${namingHelpers('ingress-nginx')}
{{- define "ingress-nginx.controller.fullname" -}}
{{- printf "%s-%s" (include "ingress-nginx.fullname" .) .Values.controller.name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "ingress-nginx.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "ingress-nginx.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "ingress-nginx.params" -}}
- /nginx-ingress-controller
{{- if .Values.controller.publishService.enabled }}
- --publish-service=$(POD_NAMESPACE)/{{ include "ingress-nginx.controller.fullname" . }}
{{- end }}
- --election-id={{ default (printf "%s-leader" (include "ingress-nginx.fullname" .)) .Values.controller.electionID }}
- --controller-class={{ .Values.controller.ingressClassResource.controllerValue }}
- --ingress-class={{ .Values.controller.ingressClass }}
- --configmap=$(POD_NAMESPACE)/{{ include "ingress-nginx.controller.fullname" . }}
{{- if .Values.controller.admissionWebhooks.enabled }}
- --validating-webhook=:{{ .Values.controller.admissionWebhooks.port }}
- --validating-webhook-certificate=/usr/local/certificates/cert
- --validating-webhook-key=/usr/local/certificates/key
{{- end }}
{{- if .Values.controller.watchIngressWithoutClass }}
- --watch-ingress-without-class=true
{{- end }}
{{- range $key, $value := .Values.controller.extraArgs }}
- --{{ $key }}{{ if $value }}={{ $value }}{{ end }}
{{- end }}
{{- end }}
`;

const WORKLOAD = `apiVersion: apps/v1
kind: {{ .Values.controller.kind }}
metadata:
  labels:
    {{- include "ingress-nginx.labels" . | nindent 4 }}
    app.kubernetes.io/component: controller
  name: {{ include "ingress-nginx.controller.fullname" . }}
  namespace: {{ .Release.Namespace }}
spec:
  selector:
    matchLabels:
      {{- include "ingress-nginx.selectorLabels" . | nindent 6 }}
      app.kubernetes.io/component: controller
  {{- if eq .Values.controller.kind "Deployment" }}
  replicas: {{ .Values.controller.replicaCount }}
  {{- end }}
  revisionHistoryLimit: 10
  minReadySeconds: 0
  template:
    metadata:
      {{- with .Values.controller.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      labels:
        {{- include "ingress-nginx.labels" . | nindent 8 }}
        app.kubernetes.io/component: controller
        {{- with .Values.controller.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      dnsPolicy: {{ .Values.controller.dnsPolicy }}
      {{- if .Values.controller.hostNetwork }}
      hostNetwork: true
      {{- end }}
      containers:
        - name: controller
          image: {{ printf "%s/%s:%s" .Values.controller.image.registry .Values.controller.image.image (.Values.controller.image.tag | default (printf "v%s" .Chart.AppVersion)) }}
          imagePullPolicy: {{ .Values.controller.image.pullPolicy }}
          lifecycle:
            preStop:
              exec:
                command:
                  - /wait-shutdown
          args:
            {{- include "ingress-nginx.params" . | nindent 12 }}
          securityContext:
            runAsNonRoot: true
            runAsUser: 101
            allowPrivilegeEscalation: false
            seccompProfile:
              type: RuntimeDefault
            capabilities:
              drop:
                - ALL
              add:
                - NET_BIND_SERVICE
            readOnlyRootFilesystem: false
          env:
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
            - name: POD_NAMESPACE
              valueFrom:
                fieldRef:
                  fieldPath: metadata.namespace
            - name: LD_PRELOAD
              value: /usr/local/lib/libmimalloc.so
          livenessProbe:
            failureThreshold: 5
            httpGet:
              path: /healthz
              port: 10254
              scheme: HTTP
            initialDelaySeconds: 10
            periodSeconds: 10
            successThreshold: 1
            timeoutSeconds: 1
          readinessProbe:
            failureThreshold: 3
            httpGet:
              path: /healthz
              port: 10254
              scheme: HTTP
            initialDelaySeconds: 10
            periodSeconds: 10
            successThreshold: 1
            timeoutSeconds: 1
          ports:
            {{- range $name, $port := .Values.controller.containerPort }}
            - name: {{ $name }}
              containerPort: {{ $port }}
              protocol: TCP
              {{- if $.Values.controller.hostPort.enabled }}
              hostPort: {{ index $.Values.controller.hostPort.ports $name | default $port }}
              {{- end }}
            {{- end }}
            {{- if .Values.controller.admissionWebhooks.enabled }}
            - name: webhook
              containerPort: {{ .Values.controller.admissionWebhooks.port }}
              protocol: TCP
            {{- end }}
          {{- if .Values.controller.admissionWebhooks.enabled }}
          volumeMounts:
            - name: webhook-cert
              mountPath: /usr/local/certificates/
              readOnly: true
          {{- end }}
          resources:
            {{- toYaml .Values.controller.resources | nindent 12 }}
      {{- with .Values.controller.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.controller.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.controller.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      serviceAccountName: {{ include "ingress-nginx.serviceAccountName" . }}
      terminationGracePeriodSeconds: 300
      {{- if .Values.controller.admissionWebhooks.enabled }}
      volumes:
        - name: webhook-cert
          secret:
            secretName: {{ include "ingress-nginx.fullname" . }}-admission
            items:
              - key: cert
                path: cert
              - key: key
                path: key
      {{- end }}
`;

const SERVICE = `{{- if .Values.controller.service.enabled }}
apiVersion: v1
kind: Service
metadata:
  {{- with .Values.controller.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  labels:
    {{- include "ingress-nginx.labels" . | nindent 4 }}
    app.kubernetes.io/component: controller
  name: {{ include "ingress-nginx.controller.fullname" . }}
  namespace: {{ .Release.Namespace }}
spec:
  type: {{ .Values.controller.service.type }}
  {{- with .Values.controller.service.externalTrafficPolicy }}
  externalTrafficPolicy: {{ . }}
  {{- end }}
  ports:
    {{- range $name := list "http" "https" }}
    - name: {{ $name }}
      port: {{ index $.Values.controller.service.ports $name }}
      protocol: TCP
      targetPort: {{ $name }}
      appProtocol: {{ $name }}
      {{- with index $.Values.controller.service.nodePorts $name }}
      nodePort: {{ . }}
      {{- end }}
    {{- end }}
  selector:
    {{- include "ingress-nginx.selectorLabels" . | nindent 4 }}
    app.kubernetes.io/component: controller
{{- end }}
`;

const OTHERS = {
  'templates/controller-serviceaccount.yaml': `{{- if .Values.serviceAccount.create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  labels:
    {{- include "ingress-nginx.labels" . | nindent 4 }}
    app.kubernetes.io/component: controller
  name: {{ include "ingress-nginx.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
automountServiceAccountToken: {{ .Values.serviceAccount.automountServiceAccountToken }}
{{- end }}
`,
  'templates/controller-configmap.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  labels:
    {{- include "ingress-nginx.labels" . | nindent 4 }}
    app.kubernetes.io/component: controller
  name: {{ include "ingress-nginx.controller.fullname" . }}
  namespace: {{ .Release.Namespace }}
data:
{{- range $key, $value := .Values.controller.config }}
  {{ $key }}: {{ $value | quote }}
{{- end }}
`,
  'templates/controller-ingressclass.yaml': `{{- if .Values.controller.ingressClassResource.enabled }}
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  labels:
    {{- include "ingress-nginx.labels" . | nindent 4 }}
    app.kubernetes.io/component: controller
  name: {{ .Values.controller.ingressClassResource.name }}
  {{- if .Values.controller.ingressClassResource.default }}
  annotations:
    ingressclass.kubernetes.io/is-default-class: "true"
  {{- end }}
spec:
  controller: {{ .Values.controller.ingressClassResource.controllerValue }}
{{- end }}
`,
  'templates/NOTES.txt': `ingress-nginx {{ .Chart.AppVersion }} is installed.
{{- if eq .Values.controller.service.type "NodePort" }}
Its ports on every node:
  kubectl get service --namespace {{ .Release.Namespace }} {{ include "ingress-nginx.controller.fullname" . }}
{{- else }}
It may take a few minutes until the load balancer has an address:
  kubectl get service --namespace {{ .Release.Namespace }} {{ include "ingress-nginx.controller.fullname" . }} --output wide --watch
{{- end }}

An Ingress uses it with \`ingressClassName: {{ .Values.controller.ingressClassResource.name }}\`.
`,
};

/** ingress-nginx, from kubernetes.github.io. */
export const INGRESS_NGINX_CHART: PublishedChart = {
  name: 'ingress-nginx',
  description: 'Ingress controller for Kubernetes using NGINX as a reverse proxy and load balancer',
  home: 'https://github.com/kubernetes/ingress-nginx',
  keywords: ['ingress', 'nginx'],
  kubeVersion: '>=1.21.0-0',
  versions: [
    ['4.13.3', '1.13.3'],
    ['4.13.0', '1.13.0'],
    ['4.12.1', '1.12.1'],
    ['4.12.0', '1.12.0'],
    ['4.11.3', '1.11.3'],
    ['4.10.1', '1.10.1'],
    ['4.10.0', '1.10.0'],
  ],
  files: () => ({
    'values.yaml': VALUES,
    'templates/_helpers.tpl': HELPERS,
    'templates/clusterrole.yaml': INGRESS_NGINX_RIGHTS,
    'templates/controller-deployment.yaml': WORKLOAD,
    'templates/controller-service.yaml': SERVICE,
    ...INGRESS_NGINX_ADMISSION,
    ...OTHERS,
  }),
};
