import { type BrokenCase, pod, running } from './case.ts';

/** Pods. */
export const PODS: readonly BrokenCase[] = [
  {
    name: 'an image whose tag does not exist',
    breaks: 'kubectl set image deployment web nginx=nginx:1.99nope',
    after: 20,
    symptoms: [
      ['kubectl get pods -l app=web', /0\/1 +(ErrImagePull|ImagePullBackOff)/],
      ['kubectl get events', /Failed to pull image "nginx:1\.99nope".*not found/],
      ['kubectl rollout status deployment web --timeout=1s', /timed out|Waiting/],
    ],
    vain: ['kubectl delete pods -l app=web --now', 'kubectl scale deployment web --replicas=3'],
    repair: 'kubectl rollout undo deployment web',
    within: 10,
    healthy: ['kubectl rollout status deployment web --timeout=1s', /successfully rolled out/],
  },
  {
    name: 'a database without its password',
    breaks: pod('db', '{containers: [{name: db, image: "mysql:8.0"}]}'),
    after: 30,
    symptoms: [
      ['kubectl get pod db', /0\/1 +(CrashLoopBackOff|Error)/],
      ['kubectl logs db', /You need to specify one of the following/],
    ],
    vain: [
      `kubectl delete pod db --now; ${pod('db', '{containers: [{name: db, image: "mysql:8.0", env: [{name: MYSQL_PASSWORD, value: x}]}]}')}`,
      `kubectl delete pod db --now; ${pod('db', '{containers: [{name: db, image: "mysql:8.0", env: [{name: MYSQL_ROOT_PASSWORD, value: ""}]}]}')}`,
    ],
    repair: `kubectl delete pod db --now; ${pod('db', '{containers: [{name: db, image: "mysql:8.0", env: [{name: MYSQL_ROOT_PASSWORD, value: x}]}]}')}`,
    within: 25,
    healthy: running('db'),
  },
  {
    name: 'a readiness probe asks the wrong port',
    breaks: pod(
      'probed',
      '{containers: [{name: web, image: nginx, readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 2}, livenessProbe: {httpGet: {path: /healthz, port: 80}, periodSeconds: 5, failureThreshold: 2}}]}',
    ),
    after: 30,
    symptoms: [
      ['kubectl get pod probed', /0\/1 +(Running|CrashLoopBackOff) +[1-9]/],
      [
        'kubectl describe pod probed',
        /Unhealthy .*Readiness probe failed: Get "http:\/\/10\.244\.\d+\.\d+:8080\/": dial tcp .*: connect: connection refused/,
      ],
      ['kubectl describe pod probed', /Liveness probe failed: HTTP probe failed with statuscode: 404/],
      ['kubectl describe pod probed', /Container web failed liveness probe, will be restarted/],
    ],
    vain: [
      `kubectl delete pod probed --now; ${pod('probed', '{containers: [{name: web, image: nginx, readinessProbe: {httpGet: {path: /, port: 8080}, initialDelaySeconds: 5, failureThreshold: 10}}]}')}`,
    ],
    repair: `kubectl delete pod probed --now; ${pod('probed', '{containers: [{name: web, image: nginx, readinessProbe: {httpGet: {path: /, port: 80}}}]}')}`,
    within: 20,
    healthy: running('probed'),
  },
  {
    name: 'a program that takes more memory than it may',
    breaks: pod(
      'greedy',
      '{containers: [{name: stress, image: polinux/stress, command: [stress], args: ["--vm", "1", "--vm-bytes", "250M", "--vm-hang", "1"], resources: {limits: {memory: 100Mi}}}]}',
    ),
    after: 20,
    symptoms: [
      [
        `${pod('eater', '{restartPolicy: Never, containers: [{name: c, image: busybox, command: [tail, /dev/zero], resources: {limits: {memory: 20Mi}}}]}')}
sleep 3; kubectl get pod eater --no-headers; ssh $(kubectl get pod eater -o jsonpath='{.spec.nodeName}') dmesg | tail -1`,
        /^.*\neater +0\/1 +OOMKilled (.*\n)*.*Memory cgroup out of memory: Killed process \d+ \(tail\)/,
      ],
      ['kubectl get pod greedy', /OOMKilled|CrashLoopBackOff/],
      [
        "kubectl get pod greedy -o jsonpath='{.status.containerStatuses[0].lastState.terminated.reason} {.status.containerStatuses[0].lastState.terminated.exitCode}'",
        /^OOMKilled 137$/,
      ],
    ],
    vain: [
      `kubectl delete pod greedy --now; ${pod('greedy', '{containers: [{name: stress, image: polinux/stress, command: [stress], args: ["--vm", "1", "--vm-bytes", "250M", "--vm-hang", "1"], resources: {requests: {memory: 100Mi}, limits: {memory: 200Mi}}}]}')}`,
    ],
    repair: `kubectl delete pod greedy --now; ${pod('greedy', '{containers: [{name: stress, image: polinux/stress, command: [stress], args: ["--vm", "1", "--vm-bytes", "50M", "--vm-hang", "1"], resources: {limits: {memory: 100Mi}}}]}')}`,
    within: 20,
    healthy: running('greedy'),
  },
  {
    name: 'a command that does not exist',
    breaks: pod('typo', '{containers: [{name: c, image: busybox, command: [sleeep, "3600"]}]}'),
    after: 15,
    symptoms: [
      ['kubectl get pod typo', /0\/1 +(RunContainerError|CrashLoopBackOff)/],
      ['kubectl describe pod typo', /exec: "sleeep": executable file not found in \$PATH/],
    ],
    vain: [
      `kubectl delete pod typo --now; ${pod('typo', '{containers: [{name: c, image: busybox, command: [sh, -c, "sleeep 3600"]}]}')}`,
      `kubectl delete pod typo --now; ${pod('typo', '{containers: [{name: c, image: busybox, command: ["sleep 3600"]}]}')}`,
    ],
    repair: `kubectl delete pod typo --now; ${pod('typo', '{containers: [{name: c, image: busybox, command: [sleep, "3600"]}]}')}`,
    within: 15,
    healthy: running('typo'),
  },
  {
    name: 'a volume from a ConfigMap that is not there',
    breaks: pod(
      'hungry',
      '{containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, configMap: {name: settings}}]}',
    ),
    after: 10,
    symptoms: [
      ['kubectl get pod hungry', /0\/1 +ContainerCreating/],
      [
        'kubectl describe pod hungry',
        /FailedMount .*MountVolume\.SetUp failed for volume "v" : configmap "settings" not found/,
      ],
    ],
    vain: [
      'kubectl create secret generic settings --from-literal=a=b',
      'kubectl -n kube-system create configmap settings --from-literal=a=b',
    ],
    repair: 'kubectl create configmap settings --from-literal=a=b',
    within: 130,
    healthy: running('hungry'),
  },
  {
    name: 'a taint left behind',
    breaks: `kubectl taint node node01 node02 left=behind:NoSchedule; kubectl run late --image=nginx`,
    after: 5,
    symptoms: [
      ['kubectl get pod late', /Pending/],
      [
        'kubectl describe pod late',
        /0\/3 nodes are available: .*2 node\(s\) had untolerated taint \{left: behind\}/,
      ],
    ],
    vain: [
      'kubectl uncordon node01 node02; kubectl label node node01 left=behind',
      `kubectl delete pod late --now; ${pod('late', '{containers: [{name: late, image: nginx}], tolerations: [{key: left, operator: Equal, value: ahead, effect: NoSchedule}]}')}`,
    ],
    repair: 'kubectl taint node node01 left-',
    within: 10,
    healthy: running('late'),
  },
];
