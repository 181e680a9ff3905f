const LABELS = `    {{- include "ingress-nginx.labels" . | nindent 4 }}
    app.kubernetes.io/component: admission-webhook`;
const HOOK = `  annotations:
    "helm.sh/hook": pre-install,pre-upgrade,post-install,post-upgrade
    "helm.sh/hook-delete-policy": before-hook-creation,hook-succeeded`;
const NAME = '{{ include "ingress-nginx.fullname" . }}-admission';
const IF =
  '{{- if and .Values.controller.admissionWebhooks.enabled .Values.controller.admissionWebhooks.patch.enabled }}';

function job(verb: 'create' | 'patch', event: string, args: string): string {
  return `${IF}
apiVersion: batch/v1
kind: Job
metadata:
  name: ${NAME}-${verb}
  namespace: {{ .Release.Namespace }}
  annotations:
    "helm.sh/hook": pre-${event},${event === 'install' ? 'pre' : 'post'}-upgrade
    "helm.sh/hook-delete-policy": before-hook-creation,hook-succeeded
  labels:
${LABELS}
spec:
  template:
    metadata:
      name: ${NAME}-${verb}
    spec:
      containers:
        - name: ${verb}
          {{- with .Values.controller.admissionWebhooks.patch.image }}
          image: {{ printf "%s/%s:%s" .registry .image .tag }}
          imagePullPolicy: {{ .pullPolicy }}
          {{- end }}
          args:
            - ${verb}
${args}
            - --namespace=$(POD_NAMESPACE)
            - --secret-name=${NAME}
          env:
            - name: POD_NAMESPACE
              valueFrom:
                fieldRef:
                  fieldPath: metadata.namespace
      restartPolicy: OnFailure
      serviceAccountName: ${NAME}
{{- end }}
`;
}

/** The certificates of the admission webhook, made and handed out by hooks. */
export const INGRESS_NGINX_ADMISSION: Readonly<Record<string, string>> = {
  'templates/admission-webhooks/job-patch/job-createSecret.yaml': job(
    'create',
    'install',
    `            - --host={{ include "ingress-nginx.controller.fullname" . }}-admission,{{ include "ingress-nginx.controller.fullname" . }}-admission.$(POD_NAMESPACE).svc`,
  ),
  'templates/admission-webhooks/job-patch/job-patchWebhook.yaml': job(
    'patch',
    'install',
    `            - --webhook-name=${NAME}
            - --patch-mutating=false
            - --patch-failure-policy={{ .Values.controller.admissionWebhooks.failurePolicy }}`,
  ).replace('pre-install,pre-upgrade', 'post-install,post-upgrade'),
  'templates/admission-webhooks/job-patch/rbac.yaml': `${IF}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${NAME}
  namespace: {{ .Release.Namespace }}
${HOOK}
  labels:
${LABELS}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: ${NAME}
${HOOK}
  labels:
${LABELS}
rules:
  - apiGroups: [admissionregistration.k8s.io]
    resources: [validatingwebhookconfigurations]
    verbs: [get, update, patch]
  - apiGroups: [""]
    resources: [secrets]
    verbs: [get, create]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: ${NAME}
${HOOK}
  labels:
${LABELS}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: ${NAME}
subjects:
  - kind: ServiceAccount
    name: ${NAME}
    namespace: {{ .Release.Namespace }}
{{- end }}
`,
  'templates/admission-webhooks/validating-webhook.yaml': `{{- if .Values.controller.admissionWebhooks.enabled }}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  labels:
${LABELS}
  name: ${NAME}
webhooks:
  - name: validate.nginx.ingress.kubernetes.io
    matchPolicy: Equivalent
    rules:
      - apiGroups: [networking.k8s.io]
        apiVersions: [v1]
        operations: [CREATE, UPDATE]
        resources: [ingresses]
    failurePolicy: {{ .Values.controller.admissionWebhooks.failurePolicy }}
    sideEffects: None
    admissionReviewVersions: [v1]
    clientConfig:
      service:
        name: {{ include "ingress-nginx.controller.fullname" . }}-admission
        namespace: {{ .Release.Namespace }}
        port: 443
        path: /networking/v1/ingresses
{{- end }}
`,
  'templates/controller-service-webhook.yaml': `{{- if .Values.controller.admissionWebhooks.enabled }}
apiVersion: v1
kind: Service
metadata:
  labels:
${LABELS.replace('admission-webhook', 'controller')}
  name: {{ include "ingress-nginx.controller.fullname" . }}-admission
  namespace: {{ .Release.Namespace }}
spec:
  type: ClusterIP
  ports:
    - name: https-webhook
      port: 443
      targetPort: webhook
      appProtocol: https
  selector:
    {{- include "ingress-nginx.selectorLabels" . | nindent 4 }}
    app.kubernetes.io/component: controller
{{- end }}
`,
};
