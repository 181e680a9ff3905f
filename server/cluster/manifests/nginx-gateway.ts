import { GATEWAY_GROUP } from './gateway-api.ts';
import {
  clusterRole,
  clusterRoleBinding,
  type Manifest,
  namespace,
  role,
  roleBinding,
  serviceAccount,
} from './manifest.ts';

const HOME = 'nginx-gateway';
const CONTROLLER = 'gateway.nginx.org/nginx-gateway-controller';

export interface NginxGatewayOptions {
  readonly version?: string;
  readonly service?: 'LoadBalancer' | 'NodePort';
}

/** `deploy.yaml` of NGINX Gateway Fabric 1.x: controller and data plane in one pod. */
export function nginxGatewayObjects(options: NginxGatewayOptions = {}): Manifest[] {
  const { version = 'v1.6.2', service = 'LoadBalancer' } = options;
  const number = version.replace(/^v/, '');
  const selector = { 'app.kubernetes.io/instance': HOME, 'app.kubernetes.io/name': HOME };
  const labels = { ...selector, 'app.kubernetes.io/version': number };
  const own = { name: HOME, namespace: HOME };
  return [
    namespace(HOME),
    serviceAccount(HOME, HOME, labels),
    role(HOME, HOME, [['coordination.k8s.io', 'leases', 'create get update']], labels),
    roleBinding(HOME, HOME, HOME, own, labels),
    clusterRole(
      HOME,
      [
        ['', 'namespaces services secrets configmaps pods', 'get list watch'],
        ['apps', 'replicasets', 'get list'],
        ['', 'nodes', 'list'],
        ['', 'events', 'create patch'],
        ['discovery.k8s.io', 'endpointslices', 'list watch'],
        [GATEWAY_GROUP, 'gatewayclasses gateways httproutes referencegrants grpcroutes', 'list watch'],
        [
          GATEWAY_GROUP,
          'httproutes/status gateways/status gatewayclasses/status grpcroutes/status',
          'update patch',
        ],
        ['apiextensions.k8s.io', 'customresourcedefinitions', 'list watch'],
      ],
      labels,
    ),
    clusterRoleBinding(HOME, HOME, own, labels),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { labels, name: HOME, namespace: HOME },
      spec: {
        externalTrafficPolicy: 'Local',
        ports: [
          { name: 'http', port: 80, protocol: 'TCP', targetPort: 80 },
          { name: 'https', port: 443, protocol: 'TCP', targetPort: 443 },
        ],
        selector,
        type: service,
      },
    },
    deployment(labels, selector, number),
    {
      apiVersion: `${GATEWAY_GROUP}/v1`,
      kind: 'GatewayClass',
      metadata: { labels, name: 'nginx' },
      spec: { controllerName: CONTROLLER },
    },
  ];
}

function deployment(labels: object, selector: object, number: string): Manifest {
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { labels, name: HOME, namespace: HOME },
    spec: {
      replicas: 1,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: selector },
        spec: {
          serviceAccountName: HOME,
          terminationGracePeriodSeconds: 30,
          containers: [
            {
              args: [
                'static-mode',
                `--gateway-ctlr-name=${CONTROLLER}`,
                '--gatewayclass=nginx',
                `--service=${HOME}`,
                '--metrics-port=9113',
                '--health-port=8081',
                '--leader-election-lock-name=nginx-gateway-leader-election',
              ],
              env: [
                field('POD_IP', 'status.podIP'),
                field('POD_NAMESPACE', 'metadata.namespace'),
                field('POD_NAME', 'metadata.name'),
              ],
              image: `ghcr.io/nginx/nginx-gateway-fabric:${number}`,
              imagePullPolicy: 'Always',
              name: HOME,
              ports: [
                { containerPort: 9113, name: 'metrics' },
                { containerPort: 8081, name: 'health' },
              ],
              readinessProbe: {
                httpGet: { path: '/readyz', port: 'health' },
                initialDelaySeconds: 3,
                periodSeconds: 1,
              },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { add: ['KILL'], drop: ['ALL'] },
                runAsGroup: 1001,
                runAsUser: 102,
                seccompProfile: { type: 'RuntimeDefault' },
              },
            },
            {
              image: `ghcr.io/nginx/nginx-gateway-fabric/nginx:${number}`,
              imagePullPolicy: 'Always',
              name: 'nginx',
              ports: [
                { containerPort: 80, name: 'http' },
                { containerPort: 443, name: 'https' },
              ],
              securityContext: {
                capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
                runAsGroup: 1001,
                runAsUser: 101,
                seccompProfile: { type: 'RuntimeDefault' },
              },
            },
          ],
        },
      },
    },
  };
}
