interface Case {
  readonly says: string;
  readonly group: string;
  readonly object: any;
  readonly lists?: Readonly<Record<string, any[]>>;
  readonly events?: any[];
  /** Recorded from a real kubectl, after a first newline. */
  readonly text: string;
}

const created = '2026-01-01T00:10:29Z';
const policy = (spec: any) => ({
  kind: 'NetworkPolicy',
  metadata: { name: 'db', namespace: 'default', creationTimestamp: created },
  spec,
});

export const CASES: readonly Case[] = [
  {
    says: 'network policy',
    group: 'networking.k8s.io',
    object: policy({
      podSelector: {
        matchLabels: { app: 'db' },
        matchExpressions: [{ key: 'tier', operator: 'In', values: ['mid', 'back'] }],
      },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          ports: [
            { port: 5432, protocol: 'TCP' },
            { port: 7000, endPort: 7010, protocol: 'TCP' },
          ],
          from: [
            {
              namespaceSelector: { matchLabels: { team: 'a' } },
              podSelector: { matchLabels: { app: 'api' } },
            },
            { ipBlock: { cidr: '10.1.0.0/16', except: ['10.1.2.0/24'] } },
          ],
        },
      ],
      egress: [{ ports: [{ port: 53, protocol: 'UDP' }] }, { to: [{ podSelector: {} }] }],
    }),
    text: `
Name:         db
Namespace:    default
Created on:   2026-01-01 00:10:29 +0000 UTC
Labels:       <none>
Annotations:  <none>
Spec:
  PodSelector:     app=db,tier in (back,mid)
  Allowing ingress traffic:
    To Port: 5432/TCP
    To Port Range: 7000-7010/TCP
    From:
      NamespaceSelector: team=a
      PodSelector: app=api
    From:
      IPBlock:
        CIDR: 10.1.0.0/16
        Except: 10.1.2.0/24
  Allowing egress traffic:
    To Port: 53/UDP
    To: <any> (traffic not restricted by destination)
    ----------
    To Port: <any> (traffic allowed to all ports)
    To:
      PodSelector: <none>
  Policy Types: Ingress, Egress
`,
  },
  {
    says: 'ingress with a service and without one',
    group: 'networking.k8s.io',
    object: {
      kind: 'Ingress',
      metadata: { name: 'shop', namespace: 'default' },
      spec: {
        ingressClassName: 'nginx',
        rules: [
          {
            host: 'shop.example.com',
            http: {
              paths: [
                { path: '/', backend: { service: { name: 'web', port: { number: 80 } } } },
                { path: '/cart', backend: { service: { name: 'cart', port: { number: 8080 } } } },
              ],
            },
          },
        ],
      },
    },
    lists: {
      services: [{ metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } }],
      endpointslices: [{ ports: [{ name: '', port: 80 }], endpoints: [{ addresses: ['10.244.2.2'] }] }],
    },
    text: `
Name:             shop
Labels:           <none>
Namespace:        default
Address:          
Ingress Class:    nginx
Default backend:  <default>
Rules:
  Host              Path  Backends
  ----              ----  --------
  shop.example.com  
                    /       web:80 (10.244.2.2:80)
                    /cart   cart:8080 (<error: services "cart" not found>)
Annotations:        <none>
Events:             <none>
`,
  },
  {
    says: 'quota with a scope',
    group: '',
    object: {
      kind: 'ResourceQuota',
      metadata: { name: 'best-effort', namespace: 'default' },
      spec: { scopes: ['BestEffort'] },
      status: { hard: { pods: '2' }, used: { pods: '2' } },
    },
    text: `
Name:       best-effort
Namespace:  default
Scopes:     BestEffort
 * Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.
Resource  Used  Hard
--------  ----  ----
pods      2     2
`,
  },
  {
    says: 'namespace with quota and limits',
    group: '',
    object: {
      kind: 'Namespace',
      metadata: { name: 'team-a', labels: { 'kubernetes.io/metadata.name': 'team-a' } },
      status: { phase: 'Active' },
    },
    lists: {
      resourcequotas: [
        {
          metadata: { name: 'compute' },
          status: { hard: { 'limits.memory': '2Gi' }, used: { 'limits.memory': '256Mi' } },
        },
      ],
      limitranges: [
        {
          spec: {
            limits: [
              {
                type: 'Container',
                max: { cpu: '1', memory: '1Gi' },
                min: { cpu: '50m' },
                default: { cpu: '200m' },
                maxLimitRequestRatio: { memory: '4' },
              },
            ],
          },
        },
      ],
    },
    text: `
Name:         team-a
Labels:       kubernetes.io/metadata.name=team-a
Annotations:  <none>
Status:       Active

Resource Quotas
  Name:          compute
  Resource       Used   Hard
  --------       ---    ---
  limits.memory  256Mi  2Gi

Resource Limits
 Type       Resource  Min  Max  Default Request  Default Limit  Max Limit/Request Ratio
 ----       --------  ---  ---  ---------------  -------------  -----------------------
 Container  cpu       50m  1    -                200m           -
 Container  memory    -    1Gi  -                -              4
`,
  },
  {
    says: 'disruption budget',
    group: 'policy',
    object: {
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'default' },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
      status: { disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 },
    },
    text: `
Name:           web
Namespace:      default
Min available:  2
Selector:       app=web
Status:
    Allowed disruptions:  1
    Current:              3
    Desired:              2
    Total:                3
Events:                   <none>
`,
  },
  {
    says: 'cluster role, compacted',
    group: 'rbac.authorization.k8s.io',
    object: {
      kind: 'ClusterRole',
      metadata: { name: 'node-viewer' },
      rules: [{ apiGroups: [''], resources: ['persistentvolumes', 'nodes'], verbs: ['get', 'list'] }],
    },
    text: `
Name:         node-viewer
Labels:       <none>
Annotations:  <none>
PolicyRule:
  Resources          Non-Resource URLs  Resource Names  Verbs
  ---------          -----------------  --------------  -----
  nodes              []                 []              [get list]
  persistentvolumes  []                 []              [get list]
`,
  },
  {
    says: 'config map',
    group: '',
    object: {
      kind: 'ConfigMap',
      metadata: { name: 'lit', namespace: 'default' },
      data: { k2: 'two words', k1: 'v1' },
    },
    text: `
Name:         lit
Namespace:    default
Labels:       <none>
Annotations:  <none>

Data
====
k1:
----
v1

k2:
----
two words


BinaryData
====

Events:  <none>
`,
  },
  {
    says: 'pod with probes, environment and volumes',
    group: '',
    object: {
      kind: 'Pod',
      metadata: { name: 'rich', namespace: 'default', labels: { app: 'rich', tier: 'back' } },
      spec: {
        nodeName: 'node01',
        priority: 0,
        serviceAccountName: 'default',
        containers: [
          {
            name: 'main',
            image: 'nginx:1.27',
            args: ['-g', 'daemon off;'],
            ports: [
              { containerPort: 80, protocol: 'TCP' },
              { containerPort: 53, protocol: 'UDP' },
            ],
            resources: { limits: { cpu: '200m' }, requests: { cpu: '100m' } },
            livenessProbe: {
              httpGet: { path: '/healthz', port: 'http', scheme: 'HTTP' },
              initialDelaySeconds: 300,
              timeoutSeconds: 1,
              periodSeconds: 20,
              successThreshold: 1,
              failureThreshold: 3,
            },
            env: [
              { name: 'A', value: '1' },
              { name: 'NODE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } },
              { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '0' } } },
            ],
            volumeMounts: [{ name: 'cache', mountPath: '/cache', subPath: 'a/b' }],
          },
        ],
        volumes: [{ name: 'cache', emptyDir: { medium: 'Memory', sizeLimit: '32Mi' } }],
        tolerations: [
          { operator: 'Exists' },
          { key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 },
        ],
      },
      status: {
        phase: 'Running',
        hostIP: '172.30.2.2',
        startTime: '2026-01-01T00:59:00Z',
        podIP: '10.244.1.2',
        podIPs: [{ ip: '10.244.1.2' }],
        qosClass: 'Burstable',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [
          {
            name: 'main',
            containerID: 'containerd://61',
            imageID: 'x@sha256:69',
            ready: true,
            restartCount: 1,
            state: { running: { startedAt: '2026-01-01T00:59:30Z' } },
            lastState: {
              terminated: {
                reason: 'Error',
                exitCode: 1,
                startedAt: '2026-01-01T00:59:00Z',
                finishedAt: '2026-01-01T00:59:10Z',
              },
            },
          },
        ],
      },
    },
    events: [
      {
        type: 'Normal',
        reason: 'Started',
        message: 'Started container main',
        source: { component: 'kubelet' },
        count: 2,
        firstTimestamp: '2026-01-01T00:59:00Z',
        lastTimestamp: '2026-01-01T00:59:30Z',
      },
    ],
    text: `
Name:             rich
Namespace:        default
Priority:         0
Service Account:  default
Node:             node01/172.30.2.2
Start Time:       Thu, 01 Jan 2026 00:59:00 +0000
Labels:           app=rich
                  tier=back
Annotations:      <none>
Status:           Running
IP:               10.244.1.2
IPs:
  IP:  10.244.1.2
Containers:
  main:
    Container ID:  containerd://61
    Image:         nginx:1.27
    Image ID:      x@sha256:69
    Ports:         80/TCP, 53/UDP
    Host Ports:    0/TCP, 0/UDP
    Args:
      -g
      daemon off;
    State:          Running
      Started:      Thu, 01 Jan 2026 00:59:30 +0000
    Last State:     Terminated
      Reason:       Error
      Exit Code:    1
      Started:      Thu, 01 Jan 2026 00:59:00 +0000
      Finished:     Thu, 01 Jan 2026 00:59:10 +0000
    Ready:          True
    Restart Count:  1
    Limits:
      cpu:  200m
    Requests:
      cpu:     100m
    Liveness:  http-get http://:http/healthz delay=300s timeout=1s period=20s #success=1 #failure=3
    Environment:
      A:     1
      NODE:   (v1:spec.nodeName)
      CPU:   1 (limits.cpu)
    Mounts:
      /cache from cache (rw,path="a/b")
Conditions:
  Type    Status
  Ready   True 
Volumes:
  cache:
    Type:        EmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:      Memory
    SizeLimit:   32Mi
QoS Class:       Burstable
Node-Selectors:  <none>
Tolerations:     op=Exists
                 a:NoExecute op=Exists for 60s
Events:
  Type    Reason   Age                From     Message
  ----    ------   ----               ----     -------
  Normal  Started  30s (x2 over 60s)  kubelet  Started container main
`,
  },
];
