import {
  clusterRole,
  clusterRoleBinding,
  type Labels,
  type Manifest,
  namespace,
  type Rule,
  role,
  roleBinding,
  serviceAccount,
} from './manifest.ts';

const HOME = 'ingress-nginx';
const ADMISSION = 'ingress-nginx-admission';
const CERTGEN = 'registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.5.2';

export interface IngressNginxOptions {
  /** `v1.12.1`. */
  readonly version?: string;
  /** How clients come in: a load balancer, a node port, or the ports of the node itself. */
  readonly provider?: 'cloud' | 'baremetal' | 'kind' | 'minikube';
}

/** `deploy.yaml` of ingress-nginx for a provider. */
export function ingressNginxObjects(options: IngressNginxOptions = {}): Manifest[] {
  const { version = 'v1.12.1', provider = 'cloud' } = options;
  const number = version.replace(/^v/, '');
  const labels = (component: string): Labels => ({
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/instance': HOME,
    'app.kubernetes.io/name': HOME,
    'app.kubernetes.io/part-of': HOME,
    'app.kubernetes.io/version': number,
  });
  const common = { 'app.kubernetes.io/instance': HOME, 'app.kubernetes.io/name': HOME };
  const controller = labels('controller');
  const webhook = labels('admission-webhook');
  const own = { name: HOME, namespace: HOME };
  const admission = { name: ADMISSION, namespace: HOME };
  return [
    namespace(HOME, common),
    { ...serviceAccount(HOME, HOME, controller), automountServiceAccountToken: true },
    serviceAccount(ADMISSION, HOME, webhook),
    role(HOME, HOME, ROLE_RULES, controller),
    role(ADMISSION, HOME, [['', 'secrets', 'get create']], webhook),
    clusterRole(HOME, CLUSTER_RULES, controller),
    clusterRole(
      ADMISSION,
      [['admissionregistration.k8s.io', 'validatingwebhookconfigurations', 'get update patch']],
      webhook,
    ),
    roleBinding(HOME, HOME, HOME, own, controller),
    roleBinding(ADMISSION, HOME, ADMISSION, admission, webhook),
    clusterRoleBinding(HOME, HOME, own, controller),
    clusterRoleBinding(ADMISSION, ADMISSION, admission, webhook),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { labels: controller, name: `${HOME}-controller`, namespace: HOME },
      data: null,
    },
    ...services(controller, provider),
    deployment(controller, version, provider),
    job('create', webhook, [
      `--host=${HOME}-controller-admission,${HOME}-controller-admission.$(POD_NAMESPACE).svc`,
      '--namespace=$(POD_NAMESPACE)',
      `--secret-name=${ADMISSION}`,
    ]),
    job('patch', webhook, [
      `--webhook-name=${ADMISSION}`,
      '--namespace=$(POD_NAMESPACE)',
      '--patch-mutating=false',
      `--secret-name=${ADMISSION}`,
      '--patch-failure-policy=Fail',
    ]),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { labels: controller, name: 'nginx' },
      spec: { controller: 'k8s.io/ingress-nginx' },
    },
    webhookConfiguration(webhook),
  ];
}

const READ = 'get list watch';

const CLUSTER_RULES: readonly Rule[] = [
  ['', 'configmaps endpoints nodes pods secrets namespaces', 'list watch'],
  ['coordination.k8s.io', 'leases', 'list watch'],
  ['', 'nodes', 'get'],
  ['', 'services', READ],
  ['networking.k8s.io', 'ingresses', READ],
  ['', 'events', 'create patch'],
  ['networking.k8s.io', 'ingresses/status', 'update patch'],
  ['networking.k8s.io', 'ingressclasses', READ],
  ['discovery.k8s.io', 'endpointslices', 'list watch get'],
];

const ROLE_RULES: readonly Rule[] = [
  ['', 'namespaces', 'get'],
  ['', 'configmaps pods secrets endpoints services', READ],
  ['networking.k8s.io', 'ingresses ingressclasses', READ],
  ['networking.k8s.io', 'ingresses/status', 'update'],
  ['coordination.k8s.io', 'leases', 'get update', ['ingress-nginx-leader']],
  ['coordination.k8s.io', 'leases', 'create'],
  ['', 'events', 'create patch'],
  ['discovery.k8s.io', 'endpointslices', READ],
];

function services(labels: Labels, provider: string): Manifest[] {
  const { 'app.kubernetes.io/version': _version, 'app.kubernetes.io/part-of': _part, ...selector } = labels;
  const port = (name: string, number: number, targetPort: string) => ({
    appProtocol: name,
    name,
    port: number,
    protocol: 'TCP',
    targetPort,
  });
  const family = { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { labels, name: `${HOME}-controller`, namespace: HOME },
      spec: {
        ...(provider === 'cloud' ? { externalTrafficPolicy: 'Local' } : {}),
        ...family,
        ports: [port('http', 80, 'http'), port('https', 443, 'https')],
        selector,
        type: provider === 'cloud' ? 'LoadBalancer' : 'NodePort',
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { labels, name: `${HOME}-controller-admission`, namespace: HOME },
      spec: {
        ports: [{ appProtocol: 'https', name: 'https-webhook', port: 443, targetPort: 'webhook' }],
        selector,
        type: 'ClusterIP',
      },
    },
  ];
}

function deployment(labels: Labels, version: string, provider: string): Manifest {
  const { 'app.kubernetes.io/version': _version, 'app.kubernetes.io/part-of': _part, ...selector } = labels;
  const onHost = provider === 'kind' || provider === 'minikube';
  const health = (failureThreshold: number) => ({
    failureThreshold,
    httpGet: { path: '/healthz', port: 10_254, scheme: 'HTTP' },
    initialDelaySeconds: 10,
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 1,
  });
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const port = (name: string, containerPort: number) => ({
    containerPort,
    ...(onHost && name !== 'webhook' ? { hostPort: containerPort } : {}),
    name,
    protocol: 'TCP',
  });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { labels, name: `${HOME}-controller`, namespace: HOME },
    spec: {
      minReadySeconds: 0,
      revisionHistoryLimit: 10,
      selector: { matchLabels: selector },
      strategy: { rollingUpdate: { maxUnavailable: 1 }, type: 'RollingUpdate' },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              args: [
                '/nginx-ingress-controller',
                ...(provider === 'cloud' ? [`--publish-service=$(POD_NAMESPACE)/${HOME}-controller`] : []),
                '--election-id=ingress-nginx-leader',
                '--controller-class=k8s.io/ingress-nginx',
                '--ingress-class=nginx',
                `--configmap=$(POD_NAMESPACE)/${HOME}-controller`,
                '--validating-webhook=:8443',
                '--validating-webhook-certificate=/usr/local/certificates/cert',
                '--validating-webhook-key=/usr/local/certificates/key',
                ...(onHost ? ['--watch-ingress-without-class=true'] : []),
                ...(provider === 'kind' ? ['--publish-status-address=localhost'] : []),
              ],
              env: [field('POD_NAME', 'metadata.name'), field('POD_NAMESPACE', 'metadata.namespace')],
              image: `registry.k8s.io/ingress-nginx/controller:${version}`,
              imagePullPolicy: 'IfNotPresent',
              lifecycle: { preStop: { exec: { command: ['/wait-shutdown'] } } },
              livenessProbe: health(5),
              name: 'controller',
              ports: [port('http', 80), port('https', 443), port('webhook', 8443)],
              readinessProbe: health(3),
              resources: { requests: { cpu: '100m', memory: '90Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
                readOnlyRootFilesystem: false,
                runAsGroup: 82,
                runAsNonRoot: true,
                runAsUser: 101,
                seccompProfile: { type: 'RuntimeDefault' },
              },
              volumeMounts: [{ mountPath: '/usr/local/certificates/', name: 'webhook-cert', readOnly: true }],
            },
          ],
          dnsPolicy: 'ClusterFirst',
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          serviceAccountName: HOME,
          terminationGracePeriodSeconds: 300,
          volumes: [{ name: 'webhook-cert', secret: { secretName: ADMISSION } }],
        },
      },
    },
  };
}

function job(what: 'create' | 'patch', labels: Labels, args: readonly string[]): Manifest {
  const name = `${ADMISSION}-${what}`;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { labels, name, namespace: HOME },
    spec: {
      template: {
        metadata: { labels, name },
        spec: {
          containers: [
            {
              args: [what, ...args],
              env: [{ name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }],
              image: CERTGEN,
              imagePullPolicy: 'IfNotPresent',
              name: what,
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
                readOnlyRootFilesystem: true,
                runAsNonRoot: true,
                runAsUser: 65_532,
                seccompProfile: { type: 'RuntimeDefault' },
              },
            },
          ],
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          restartPolicy: 'OnFailure',
          serviceAccountName: ADMISSION,
        },
      },
    },
  };
}

function webhookConfiguration(labels: Labels): Manifest {
  const rule = {
    apiGroups: ['networking.k8s.io'],
    apiVersions: ['v1'],
    operations: ['CREATE', 'UPDATE'],
    resources: ['ingresses'],
  };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { labels, name: ADMISSION },
    webhooks: [
      {
        admissionReviewVersions: ['v1'],
        clientConfig: {
          service: {
            name: `${HOME}-controller-admission`,
            namespace: HOME,
            path: '/networking/v1/ingresses',
            port: 443,
          },
        },
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        name: 'validate.nginx.ingress.kubernetes.io',
        rules: [rule],
        sideEffects: 'None',
      },
    ],
  };
}
