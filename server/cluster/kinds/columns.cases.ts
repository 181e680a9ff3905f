/** Objects and the first cells of their rows. */
export const ROWS: readonly { kind: string; says: string; object: Record<string, any>; cells: unknown[] }[] =
  [
    {
      kind: 'Pod',
      says: 'init container fails',
      object: {
        spec: { initContainers: [{ name: 'i' }], containers: [{ name: 'a' }] },
        status: {
          phase: 'Pending',
          initContainerStatuses: [
            { name: 'i', restartCount: 2, state: { terminated: { exitCode: 1, reason: 'Error' } } },
          ],
        },
      },
      cells: ['x', '0/1', 'Init:Error', '2', '60m', '<none>', '<none>', '<none>', '<none>'],
    },
    {
      kind: 'Pod',
      says: 'crashes, with the time of the last restart',
      object: {
        spec: { containers: [{ name: 'a' }, { name: 'b' }], nodeName: 'n' },
        status: {
          phase: 'Running',
          podIPs: [{ ip: '10.0.0.1' }],
          containerStatuses: [
            {
              name: 'a',
              restartCount: 3,
              state: { waiting: { reason: 'CrashLoopBackOff' } },
              lastState: { terminated: { finishedAt: '2026-01-01T00:59:30Z' } },
            },
            { name: 'b', restartCount: 0, ready: true, state: { running: {} } },
          ],
        },
      },
      cells: ['x', '1/2', 'CrashLoopBackOff', '3 (30s ago)', '60m', '10.0.0.1', 'n'],
    },
    {
      kind: 'Pod',
      says: 'a sidecar is counted',
      object: {
        spec: { initContainers: [{ name: 's', restartPolicy: 'Always' }], containers: [{ name: 'a' }] },
        status: {
          phase: 'Running',
          initContainerStatuses: [
            { name: 's', restartCount: 0, started: true, ready: true, state: { running: {} } },
          ],
          containerStatuses: [{ name: 'a', restartCount: 0, ready: true, state: { running: {} } }],
        },
      },
      cells: ['x', '2/2', 'Running', '0'],
    },
    {
      kind: 'Pod',
      says: 'terminating',
      object: {
        metadata: { deletionTimestamp: '2026-01-01T01:00:00Z' },
        spec: { containers: [{ name: 'a' }] },
        status: { phase: 'Running' },
      },
      cells: ['x', '0/1', 'Terminating'],
    },
    {
      kind: 'Service',
      says: 'a pending load balancer',
      object: {
        spec: {
          type: 'LoadBalancer',
          clusterIPs: ['10.96.0.9'],
          ports: [{ port: 80, protocol: 'TCP', nodePort: 30080 }],
        },
      },
      cells: ['x', 'LoadBalancer', '10.96.0.9', '<pending>', '80:30080/TCP', '60m', '<none>'],
    },
    {
      kind: 'Node',
      says: 'cordoned',
      object: {
        metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } },
        spec: { unschedulable: true },
        status: {
          conditions: [{ type: 'Ready', status: 'Unknown' }],
          nodeInfo: { kubeletVersion: 'v1.33.1' },
        },
      },
      cells: ['x', 'NotReady,SchedulingDisabled', 'control-plane', '60m', 'v1.33.1', '<none>'],
    },
    {
      kind: 'ResourceQuota',
      says: 'requests and limits apart',
      object: { status: { hard: { pods: '5', 'limits.cpu': '2', cpu: '1' }, used: { pods: '1' } } },
      cells: ['x', 'cpu: 0/1, pods: 1/5', 'limits.cpu: 0/2', '60m'],
    },
    {
      kind: 'Job',
      says: 'parallel without completions',
      object: { spec: { parallelism: 3 }, status: { succeeded: 1, startTime: '2026-01-01T00:59:50Z' } },
      cells: ['x', 'Running', '1/1 of 3', '10s'],
    },
    {
      kind: 'HorizontalPodAutoscaler',
      says: 'more than two metrics',
      object: {
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'web' },
          maxReplicas: 4,
          metrics: ['cpu', 'memory', 'x'].map((name) => ({
            type: 'Resource',
            resource: { name, target: { averageUtilization: 80 } },
          })),
        },
        status: {
          currentMetrics: [
            { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 12 } } },
          ],
        },
      },
      cells: ['x', 'Deployment/web', 'cpu: 12%/80%, memory: <unknown>/80% + 1 more...', '<unset>', 4, 0],
    },
    {
      kind: 'Ingress',
      says: 'more than three hosts',
      object: { spec: { rules: ['a', 'b', 'c', 'd', 'e'].map((host) => ({ host })), tls: [{}] } },
      cells: ['x', '<none>', 'a,b,c + 2 more...', '', '80, 443'],
    },
    {
      kind: 'Endpoints',
      says: 'more than three addresses',
      object: { subsets: [{ addresses: ['1', '2', '3', '4'].map((ip) => ({ ip })), ports: [{ port: 80 }] }] },
      cells: ['x', '1:80,2:80,3:80 + 1 more...', '60m'],
    },
    {
      kind: 'NetworkPolicy',
      says: 'selectors as text, sorted',
      object: {
        spec: {
          podSelector: {
            matchLabels: { b: '1' },
            matchExpressions: [{ key: 'a', operator: 'In', values: ['y', 'x'] }],
          },
        },
      },
      cells: ['x', 'a in (x,y),b=1', '60m'],
    },
  ];
