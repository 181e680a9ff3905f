import { deployment, doc, type Examples, service, workload } from './yaml.ts';

const nginx = (tag: string) =>
  `containers: [{name: nginx, image: "nginx:${tag}", ports: [{containerPort: 80}]}]`;

const FLUENTD = 'quay.io/fluentd_elasticsearch/fluentd:v5.0.1';
const fluentdPod = `tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists, effect: NoSchedule},
    {key: node-role.kubernetes.io/master, operator: Exists, effect: NoSchedule}],
  containers: [{name: fluentd-elasticsearch, image: "${FLUENTD}", resources: {limits: {memory: 200Mi}, requests: {cpu: 100m, memory: 200Mi}},
    volumeMounts: [{name: varlog, mountPath: /var/log}]}],
  terminationGracePeriodSeconds: 30, volumes: [{name: varlog, hostPath: {path: /var/log}}]`;
const fluentd = (more: string) =>
  workload(
    'DaemonSet',
    'fluentd-elasticsearch, namespace: kube-system, labels: {k8s-app: fluentd-logging}',
    'name: fluentd-elasticsearch',
    more,
    fluentdPod,
  );

/** A StatefulSet's website behind a headless service. */
const website = (more: string) => [
  service(
    'nginx, labels: {app: nginx}',
    'ports: [{port: 80, name: web}], clusterIP: None, selector: {app: nginx}',
  ),
  doc(
    'apps/v1',
    'StatefulSet',
    'name: web',
    `spec: {serviceName: nginx, ${more}replicas: 2, selector: {matchLabels: {app: nginx}}, template: {metadata: {labels: {app: nginx}}, spec: {
      containers: [{name: nginx, image: "registry.k8s.io/nginx-slim:0.21", ports: [{containerPort: 80, name: web}], volumeMounts: [{name: www, mountPath: /usr/share/nginx/html}]}]}},
      volumeClaimTemplates: [{metadata: {name: www}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}`,
  ),
];

const PI =
  'containers: [{name: pi, image: perl:5.34.0, command: [perl, -Mbignum=bpi, -wle, "print bpi(2000)"]}]';

const CONTROLLERS: Examples = {
  'controllers/nginx-deployment': [
    deployment('nginx-deployment, labels: {app: nginx}', 'app: nginx', 3, nginx('1.14.2')),
  ],
  'controllers/frontend': [
    workload(
      'ReplicaSet',
      'frontend, labels: {app: guestbook, tier: frontend}',
      'tier: frontend',
      'replicas: 3, ',
      'containers: [{name: php-redis, image: us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5}]',
    ),
  ],
  'controllers/hpa-rs': [
    doc(
      'autoscaling/v1',
      'HorizontalPodAutoscaler',
      'name: frontend-scaler',
      'spec: {scaleTargetRef: {kind: ReplicaSet, name: frontend}, minReplicas: 3, maxReplicas: 10, targetCPUUtilizationPercentage: 50}',
    ),
  ],
  'controllers/replication': [
    doc(
      'v1',
      'ReplicationController',
      'name: nginx',
      'spec: {replicas: 3, selector: {app: nginx}, template: {metadata: {name: nginx, labels: {app: nginx}}, spec: {containers: [{name: nginx, image: nginx, ports: [{containerPort: 80}]}]}}}',
    ),
  ],
  'controllers/job': [
    doc(
      'batch/v1',
      'Job',
      'name: pi',
      `spec: {template: {spec: {${PI}, restartPolicy: Never}}, backoffLimit: 4}`,
    ),
  ],
  'controllers/daemonset': [fluentd('')],
  'controllers/fluentd-daemonset': [
    fluentd('updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1}}, '),
  ],
  'application/job/cronjob': [
    doc(
      'batch/v1',
      'CronJob',
      'name: hello',
      `spec: {schedule: "* * * * *", jobTemplate: {spec: {template: {spec: {containers: [{name: hello, image: busybox:1.28, imagePullPolicy: IfNotPresent,
        command: [/bin/sh, -c, date; echo Hello from the Kubernetes cluster]}], restartPolicy: OnFailure}}}}}`,
    ),
  ],
};

const php = 'php-apache';
const DATABASE = 'mysql-pv-claim';

const APPLICATIONS: Examples = {
  'application/deployment': [deployment('nginx-deployment', 'app: nginx', 2, nginx('1.14.2'))],
  'application/deployment-update': [deployment('nginx-deployment', 'app: nginx', 2, nginx('1.16.1'))],
  'application/deployment-scale': [deployment('nginx-deployment', 'app: nginx', 4, nginx('1.16.1'))],
  'application/simple_deployment': [
    workload('Deployment', 'nginx-deployment', 'app: nginx', 'minReadySeconds: 5, ', nginx('1.14.2')),
  ],
  'application/update_deployment': [
    workload('Deployment', 'nginx-deployment', 'app: nginx', '', nginx('1.16.1')),
  ],
  'application/nginx-app': [
    service(
      'my-nginx-svc, labels: {app: nginx}',
      'type: LoadBalancer, ports: [{port: 80}], selector: {app: nginx}',
    ),
    deployment('my-nginx, labels: {app: nginx}', 'app: nginx', 3, nginx('1.14.2')),
  ],
  'application/shell-demo': [
    `{apiVersion: v1, kind: Pod, metadata: {name: shell-demo}, spec: {volumes: [{name: shared-data, emptyDir: {}}],
      containers: [{name: nginx, image: nginx, volumeMounts: [{name: shared-data, mountPath: /usr/share/nginx/html}]}], hostNetwork: true, dnsPolicy: Default}}`,
  ],
  [`application/${php}`]: [
    workload(
      'Deployment',
      php,
      `run: ${php}`,
      '',
      `containers: [{name: ${php}, image: registry.k8s.io/hpa-example, ports: [{containerPort: 80}], resources: {limits: {cpu: 500m}, requests: {cpu: 200m}}}]`,
    ),
    service(`${php}, labels: {run: ${php}}`, `ports: [{port: 80}], selector: {run: ${php}}`),
  ],
  [`application/hpa/${php}`]: [
    doc(
      'autoscaling/v1',
      'HorizontalPodAutoscaler',
      `name: ${php}`,
      `spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${php}}, minReplicas: 1, maxReplicas: 10, targetCPUUtilizationPercentage: 50}`,
    ),
  ],
  'application/web/web': website(''),
  'application/web/web-parallel': website('podManagementPolicy: Parallel, '),
  'application/mysql/mysql-pv': [
    doc(
      'v1',
      'PersistentVolume',
      'name: mysql-pv-volume, labels: {type: local}',
      'spec: {storageClassName: manual, capacity: {storage: 20Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /mnt/data}}',
    ),
    doc(
      'v1',
      'PersistentVolumeClaim',
      `name: ${DATABASE}`,
      'spec: {storageClassName: manual, accessModes: [ReadWriteOnce], resources: {requests: {storage: 20Gi}}}',
    ),
  ],
  'application/mysql/mysql-deployment': [
    service('mysql', 'ports: [{port: 3306}], selector: {app: mysql}, clusterIP: None'),
    workload(
      'Deployment',
      'mysql',
      'app: mysql',
      'strategy: {type: Recreate}, ',
      `containers: [{name: mysql, image: mysql:9, env: [{name: MYSQL_ROOT_PASSWORD, value: password}], ports: [{containerPort: 3306, name: mysql}],
        volumeMounts: [{name: mysql-persistent-storage, mountPath: /var/lib/mysql}]}],
       volumes: [{name: mysql-persistent-storage, persistentVolumeClaim: {claimName: ${DATABASE}}}]`,
    ),
  ],
};

const REDIS = (role: string, image: string) =>
  `containers: [{name: ${role}, image: "${image}", resources: {requests: {cpu: 100m, memory: 100Mi}}, ports: [{containerPort: 6379}]}]`;
const redis = (role: string, replicas: number, container: string, image: string): Examples => {
  const labels = `app: redis, role: ${role}, tier: backend`;
  const name = `redis-${role}, labels: {${labels}}`;
  return {
    [`application/guestbook/redis-${role}-deployment`]: [
      deployment(`redis-${role}, labels: {${labels}}`, labels, replicas, REDIS(container, image)),
    ],
    [`application/guestbook/redis-${role}-service`]: [
      service(
        name,
        `ports: [{port: 6379${role === 'leader' ? ', targetPort: 6379' : ''}}], selector: {${labels}}`,
      ),
    ],
  };
};

const GUESTBOOK: Examples = {
  ...redis('leader', 1, 'leader', 'docker.io/redis:6.0.5'),
  ...redis('follower', 2, 'follower', 'us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower:v2'),
  'application/guestbook/frontend-deployment': [
    deployment(
      'frontend',
      'app: guestbook, tier: frontend',
      3,
      `containers: [{name: php-redis, image: us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5, env: [{name: GET_HOSTS_FROM, value: dns}],
        resources: {requests: {cpu: 100m, memory: 100Mi}}, ports: [{containerPort: 80}]}]`,
    ),
  ],
  'application/guestbook/frontend-service': [
    service(
      'frontend, labels: {app: guestbook, tier: frontend}',
      'ports: [{port: 80}], selector: {app: guestbook, tier: frontend}',
    ),
  ],
};

export const WORKLOAD_EXAMPLES: Examples = { ...CONTROLLERS, ...APPLICATIONS, ...GUESTBOOK };
