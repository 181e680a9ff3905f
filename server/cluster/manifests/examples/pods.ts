import { doc, type Examples, pod } from './yaml.ts';

const NGINX = 'containers: [{name: nginx, image: nginx, imagePullPolicy: IfNotPresent}]';
const BUSYBOX = 'registry.k8s.io/busybox:1.27.2';
const AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.40';
const PAUSE = 'registry.k8s.io/pause:3.8';

/** A pod that runs a command once and shows what its environment became. */
function once(name: string, command: string, more: string): string {
  return pod(
    name,
    `containers: [{name: test-container, image: ${BUSYBOX}, command: [/bin/sh, -c, ${command}], ${more}}], restartPolicy: Never`,
  );
}

const configMapVar = (name: string, map: string, key: string) =>
  `{name: ${name}, valueFrom: {configMapKeyRef: {name: ${map}, key: ${key}}}}`;

const CONFIG: Examples = {
  'configmap/configmaps': [
    doc('v1', 'ConfigMap', 'name: special-config', 'data: {special.how: very}'),
    doc('v1', 'ConfigMap', 'name: env-config', 'data: {log_level: INFO}'),
  ],
  'configmap/configmap-multikeys': [
    doc('v1', 'ConfigMap', 'name: special-config', 'data: {SPECIAL_LEVEL: very, SPECIAL_TYPE: charm}'),
  ],
  'configmap/configure-pod': [
    pod(
      'configmap-demo-pod',
      `containers: [{name: demo, image: alpine, command: [sleep, "3600"],
        env: [${configMapVar('PLAYER_INITIAL_LIVES', 'game-demo', 'player_initial_lives')},
              ${configMapVar('UI_PROPERTIES_FILE_NAME', 'game-demo', 'ui_properties_file_name')}],
        volumeMounts: [{name: config, mountPath: /config, readOnly: true}]}],
       volumes: [{name: config, configMap: {name: game-demo, items: [{key: game.properties, path: game.properties},
         {key: user-interface.properties, path: user-interface.properties}]}}]`,
    ),
  ],
  'pods/pod-single-configmap-env-variable': [
    once(
      'dapi-test-pod',
      'env',
      `env: [${configMapVar('SPECIAL_LEVEL_KEY', 'special-config', 'special.how')}]`,
    ),
  ],
  'pods/pod-multiple-configmap-env-variable': [
    once(
      'dapi-test-pod',
      'env',
      `env: [${configMapVar('SPECIAL_LEVEL_KEY', 'special-config', 'special.how')}, ${configMapVar('LOG_LEVEL', 'env-config', 'log_level')}]`,
    ),
  ],
  'pods/pod-configmap-envFrom': [
    once('dapi-test-pod', 'env', 'envFrom: [{configMapRef: {name: special-config}}]'),
  ],
  'pods/pod-configmap-volume': [
    pod(
      'dapi-test-pod',
      `containers: [{name: test-container, image: ${BUSYBOX}, command: [/bin/sh, -c, ls /etc/config/],
        volumeMounts: [{name: config-volume, mountPath: /etc/config}]}],
       volumes: [{name: config-volume, configMap: {name: special-config}}], restartPolicy: Never`,
    ),
  ],
  'pods/inject/secret': [
    doc('v1', 'Secret', 'name: test-secret', 'data: {username: bXktYXBw, password: Mzk1MjgkdmRnN0pi}'),
  ],
  'pods/inject/secret-pod': [
    pod(
      'secret-test-pod',
      `containers: [{name: test-container, image: nginx, volumeMounts: [{name: secret-volume, mountPath: /etc/secret-volume, readOnly: true}]}],
       volumes: [{name: secret-volume, secret: {secretName: test-secret}}]`,
    ),
  ],
  'pods/inject/pod-single-secret-env-variable': [
    pod(
      'env-single-secret',
      `containers: [{name: envars-test-container, image: nginx,
        env: [{name: SECRET_USERNAME, valueFrom: {secretKeyRef: {name: backend-user, key: backend-username}}}]}]`,
    ),
  ],
  'pods/inject/pod-secret-envFrom': [
    pod(
      'envfrom-secret',
      'containers: [{name: envars-test-container, image: nginx, envFrom: [{secretRef: {name: test-secret}}]}]',
    ),
  ],
  'pods/inject/envars': [
    pod(
      'envar-demo, labels: {purpose: demonstrate-envars}',
      `containers: [{name: envar-demo-container, image: gcr.io/google-samples/hello-app:2.0,
        env: [{name: DEMO_GREETING, value: Hello from the environment}, {name: DEMO_FAREWELL, value: Such a sweet sorrow}]}]`,
    ),
  ],
  'pods/inject/dapi-envars-pod': [
    pod(
      'dapi-envars-fieldref',
      `containers: [{name: test-container, image: ${BUSYBOX}, command: [sh, -c],
        args: ["while true; do\\n  echo -en '\\\\n';\\n  printenv MY_NODE_NAME MY_POD_NAME MY_POD_NAMESPACE;\\n  printenv MY_POD_IP MY_POD_SERVICE_ACCOUNT;\\n  sleep 10;\\ndone;"],
        env: [${[
          ['MY_NODE_NAME', 'spec.nodeName'],
          ['MY_POD_NAME', 'metadata.name'],
          ['MY_POD_NAMESPACE', 'metadata.namespace'],
          ['MY_POD_IP', 'status.podIP'],
          ['MY_POD_SERVICE_ACCOUNT', 'spec.serviceAccountName'],
        ]
          .map(([name, field]) => `{name: ${name}, valueFrom: {fieldRef: {fieldPath: ${field}}}}`)
          .join(', ')}]}], restartPolicy: Never`,
    ),
  ],
  'pods/inject/dapi-volume': [
    pod(
      `kubernetes-downwardapi-volume-example, labels: {zone: us-est-coast, cluster: test-cluster1, rack: rack-22}, annotations: {build: two, builder: john-doe}`,
      `containers: [{name: client-container, image: ${BUSYBOX}, command: [sh, -c],
        args: ["while true; do\\n  if [[ -e /etc/podinfo/labels ]]; then\\n    echo -en '\\\\n\\\\n'; cat /etc/podinfo/labels; fi;\\n  if [[ -e /etc/podinfo/annotations ]]; then\\n    echo -en '\\\\n\\\\n'; cat /etc/podinfo/annotations; fi;\\n  sleep 5;\\ndone;"],
        volumeMounts: [{name: podinfo, mountPath: /etc/podinfo}]}],
       volumes: [{name: podinfo, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}},
         {path: annotations, fieldRef: {fieldPath: metadata.annotations}}]}}]`,
    ),
  ],
};

const PROBES: Examples = {
  'pods/probe/exec-liveness': [
    pod(
      'liveness-exec, labels: {test: liveness}',
      `containers: [{name: liveness, image: ${BUSYBOX}, args: [/bin/sh, -c, touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600],
        livenessProbe: {exec: {command: [cat, /tmp/healthy]}, initialDelaySeconds: 5, periodSeconds: 5}}]`,
    ),
  ],
  'pods/probe/http-liveness': [
    pod(
      'liveness-http, labels: {test: liveness}',
      `containers: [{name: liveness, image: ${AGNHOST}, args: [liveness],
        livenessProbe: {httpGet: {path: /healthz, port: 8080, httpHeaders: [{name: Custom-Header, value: Awesome}]}, initialDelaySeconds: 3, periodSeconds: 3}}]`,
    ),
  ],
  'pods/probe/grpc-liveness': [
    pod(
      'etcd-with-grpc',
      `containers: [{name: etcd, image: registry.k8s.io/etcd:3.5.1-0,
        command: [/usr/local/bin/etcd, --data-dir, /var/lib/etcd, --listen-client-urls, "http://0.0.0.0:2379", --advertise-client-urls, "http://127.0.0.1:2379", --log-level, debug],
        ports: [{containerPort: 2379}], livenessProbe: {grpc: {port: 2379}, initialDelaySeconds: 10}}]`,
    ),
  ],
  'pods/lifecycle-events': [
    pod(
      'lifecycle-demo',
      `containers: [{name: lifecycle-demo-container, image: nginx, lifecycle: {
        postStart: {exec: {command: [/bin/sh, -c, echo Hello from the postStart handler > /usr/share/message]}},
        preStop: {exec: {command: [/bin/sh, -c, nginx -s quit; while killall -0 nginx; do sleep 1; done]}}}}]`,
    ),
  ],
  'debug/counter-pod': [
    pod(
      'counter',
      `containers: [{name: count, image: busybox:1.28, args: [/bin/sh, -c, 'i=0; while true; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done']}]`,
    ),
  ],
  'debug/termination': [
    pod(
      'termination-demo',
      'containers: [{name: termination-demo-container, image: debian, command: [/bin/sh], args: [-c, sleep 10 && echo Sleep expired > /dev/termination-log]}]',
    ),
  ],
};

/** `stress` with what it asks for and may have. */
function memory(name: string, request: string, limit: string, bytes: string): string {
  return pod(
    `${name}, namespace: mem-example`,
    `containers: [{name: ${name}-ctr, image: polinux/stress, resources: {requests: {memory: ${request}}, limits: {memory: ${limit}}},
      command: [stress], args: [--vm, "1", --vm-bytes, ${bytes}, --vm-hang, "1"]}]`,
  );
}

function cpu(name: string, request: string, limit: string): string {
  return pod(
    `${name}, namespace: cpu-example`,
    `containers: [{name: ${name}-ctr, image: vish/stress, resources: {limits: {cpu: ${limit}}, requests: {cpu: ${request}}}, args: [-cpus, "2"]}]`,
  );
}

function quality(name: string, container: string, resources: string): string {
  return pod(
    `${name}, namespace: qos-example`,
    `containers: [{name: ${container}, image: nginx${resources ? `, resources: {${resources}}` : ''}}]`,
  );
}

const RESOURCES: Examples = {
  'pods/resource/memory-request-limit': [memory('memory-demo', '100Mi', '200Mi', '150M')],
  'pods/resource/memory-request-limit-2': [memory('memory-demo-2', '50Mi', '100Mi', '250M')],
  'pods/resource/memory-request-limit-3': [memory('memory-demo-3', '1000Gi', '1000Gi', '150M')],
  'pods/resource/cpu-request-limit': [cpu('cpu-demo', '"0.5"', '"1"')],
  'pods/resource/cpu-request-limit-2': [cpu('cpu-demo-2', '"100"', '"100"')],
  'pods/qos/qos-pod': [
    quality(
      'qos-demo',
      'qos-demo-ctr',
      'limits: {memory: 200Mi, cpu: 700m}, requests: {memory: 200Mi, cpu: 700m}',
    ),
  ],
  'pods/qos/qos-pod-2': [
    quality('qos-demo-2', 'qos-demo-2-ctr', 'limits: {memory: 200Mi}, requests: {memory: 100Mi}'),
  ],
  'pods/qos/qos-pod-3': [quality('qos-demo-3', 'qos-demo-3-ctr', '')],
};

const affinity = (rule: string) => `affinity: {nodeAffinity: {${rule}}}, `;
const DISKS = 'matchExpressions: [{key: disktype, operator: In, values: [ssd]}]';

const PLACEMENT: Examples = {
  'pods/pod-nginx': [pod('nginx, labels: {env: test}', `${NGINX}, nodeSelector: {disktype: ssd}`)],
  'pods/pod-nginx-specific-node': [pod('nginx', `nodeName: foo-node, ${NGINX}`)],
  'pods/pod-nginx-required-affinity': [
    pod(
      'nginx',
      `${affinity(`requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{${DISKS}}]}`)}${NGINX}`,
    ),
  ],
  'pods/pod-nginx-preferred-affinity': [
    pod(
      'nginx',
      `${affinity(`preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {${DISKS}}}]`)}${NGINX}`,
    ),
  ],
  'pods/pod-with-node-affinity': [
    pod(
      'with-node-affinity',
      `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions:
         [{key: topology.kubernetes.io/zone, operator: In, values: [antarctica-east1, antarctica-west1]}]}]},
        preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions:
         [{key: another-node-label-key, operator: In, values: [another-node-label-value]}]}}]}},
       containers: [{name: with-node-affinity, image: "${PAUSE}"}]`,
    ),
  ],
  'pods/pod-with-pod-affinity': [
    pod(
      'with-pod-affinity',
      `affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchExpressions:
         [{key: security, operator: In, values: [S1]}]}, topologyKey: topology.kubernetes.io/zone}]},
        podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, podAffinityTerm: {labelSelector:
         {matchExpressions: [{key: security, operator: In, values: [S2]}]}, topologyKey: topology.kubernetes.io/zone}}]}},
       containers: [{name: with-pod-affinity, image: "${PAUSE}"}]`,
    ),
  ],
  'pods/pod-with-toleration': [
    pod(
      'nginx, labels: {env: test}',
      `${NGINX}, tolerations: [{key: example-key, operator: Exists, effect: NoSchedule}]`,
    ),
  ],
  'pods/topology-spread-constraints/one-constraint': [
    pod(
      'mypod, labels: {foo: bar}',
      `topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {foo: bar}}}],
       containers: [{name: pause, image: "registry.k8s.io/pause:3.1"}]`,
    ),
  ],
};

const STORAGE: Examples = {
  'pods/storage/redis': [
    pod(
      'redis',
      'containers: [{name: redis, image: redis, volumeMounts: [{name: redis-storage, mountPath: /data/redis}]}], volumes: [{name: redis-storage, emptyDir: {}}]',
    ),
  ],
  'pods/storage/pv-volume': [
    doc(
      'v1',
      'PersistentVolume',
      'name: task-pv-volume, labels: {type: local}',
      'spec: {storageClassName: manual, capacity: {storage: 10Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /mnt/data}}',
    ),
  ],
  'pods/storage/pv-claim': [
    doc(
      'v1',
      'PersistentVolumeClaim',
      'name: task-pv-claim',
      'spec: {storageClassName: manual, accessModes: [ReadWriteOnce], resources: {requests: {storage: 3Gi}}}',
    ),
  ],
  'pods/storage/pv-pod': [
    pod(
      'task-pv-pod',
      `volumes: [{name: task-pv-storage, persistentVolumeClaim: {claimName: task-pv-claim}}],
       containers: [{name: task-pv-container, image: nginx, ports: [{containerPort: 80, name: http-server}],
        volumeMounts: [{mountPath: /usr/share/nginx/html, name: task-pv-storage}]}]`,
    ),
  ],
};

const SECURITY: Examples = {
  'pods/security/security-context': [
    pod(
      'security-context-demo',
      `securityContext: {runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000]},
       volumes: [{name: sec-ctx-vol, emptyDir: {}}],
       containers: [{name: sec-ctx-demo, image: busybox:1.28, command: [sh, -c, sleep 1h],
        volumeMounts: [{name: sec-ctx-vol, mountPath: /data/demo}], securityContext: {allowPrivilegeEscalation: false}}]`,
    ),
  ],
  'pods/security/security-context-2': [
    pod(
      'security-context-demo-2',
      `securityContext: {runAsUser: 1000}, containers: [{name: sec-ctx-demo-2, image: gcr.io/google-samples/hello-app:2.0,
        securityContext: {runAsUser: 2000, allowPrivilegeEscalation: false}}]`,
    ),
  ],
  'pods/security/security-context-3': [
    pod(
      'security-context-demo-3',
      'containers: [{name: sec-ctx-3, image: gcr.io/google-samples/hello-app:2.0}]',
    ),
  ],
  'pods/security/security-context-4': [
    pod(
      'security-context-demo-4',
      'containers: [{name: sec-ctx-4, image: gcr.io/google-samples/hello-app:2.0, securityContext: {capabilities: {add: [NET_ADMIN, SYS_TIME]}}}]',
    ),
  ],
  'pods/share-process-namespace': [
    pod(
      'nginx',
      `shareProcessNamespace: true, containers: [{name: nginx, image: nginx}, {name: shell, image: busybox:1.28, command: [sleep, "3600"],
        securityContext: {capabilities: {add: [SYS_PTRACE]}}, stdin: true, tty: true}]`,
    ),
  ],
};

export const POD_EXAMPLES: Examples = {
  'pods/simple-pod': [
    pod('nginx', 'containers: [{name: nginx, image: nginx:1.14.2, ports: [{containerPort: 80}]}]'),
  ],
  'pods/commands': [
    pod(
      'command-demo, labels: {purpose: demonstrate-command}',
      'containers: [{name: command-demo-container, image: debian, command: [printenv], args: [HOSTNAME, KUBERNETES_PORT]}], restartPolicy: OnFailure',
    ),
  ],
  'pods/two-container-pod': [
    pod(
      'two-containers',
      `restartPolicy: Never, volumes: [{name: shared-data, emptyDir: {}}], containers: [
        {name: nginx-container, image: nginx, volumeMounts: [{name: shared-data, mountPath: /usr/share/nginx/html}]},
        {name: debian-container, image: debian, volumeMounts: [{name: shared-data, mountPath: /pod-data}],
         command: [/bin/sh], args: [-c, echo Hello from the debian container > /pod-data/index.html]}]`,
    ),
  ],
  'pods/private-reg-pod': [
    pod(
      'private-reg',
      'containers: [{name: private-reg-container, image: <your-private-image>}], imagePullSecrets: [{name: regcred}]',
    ),
  ],
  ...CONFIG,
  ...PROBES,
  ...RESOURCES,
  ...PLACEMENT,
  ...STORAGE,
  ...SECURITY,
};
