/** A cluster that somebody broke: how, what is to be seen of it, what does not help, what does. */
export interface BrokenCase {
  readonly name: string;
  /** Commands on the candidate's host. */
  readonly breaks: string;
  /** Virtual seconds until all symptoms show. */
  readonly after: number;
  /** A command and what its output must match. */
  readonly symptoms: readonly (readonly [command: string, shows: RegExp])[];
  /** Something that does not heal it. */
  readonly vain?: string;
  readonly repair: string;
  /** Virtual seconds after which the repair must have healed it. */
  readonly within: number;
  /** Shows that it works, and not before the repair. */
  readonly healthy: readonly [command: string, shows: RegExp];
}

const MANIFESTS = '/etc/kubernetes/manifests';
const on = (host: string, script: string) => `ssh ${host} sudo bash -s <<'X'\n${script}\nX`;
const READY = (node: string): readonly [string, RegExp] => [
  `kubectl get node ${node} --no-headers`,
  /^\S+ +Ready /,
];
const NODES: readonly [string, RegExp] = ['kubectl get nodes --no-headers | wc -l', /^3$/];
const WEB: readonly [string, RegExp] = [
  'kubectl exec client -- wget -qO- -T 3 web | grep -o "<title>.*</title>"',
  /Welcome to nginx/,
];
const pod = (name: string, spec: string) =>
  `kubectl apply -f - <<'X'\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: ${spec}\nX`;
const running = (name: string): readonly [string, RegExp] => [
  `kubectl get pod ${name} --no-headers`,
  /^\S+ +1\/1 +Running/,
];

/** The parts of a control plane. */
const CONTROL_PLANE: readonly BrokenCase[] = [
  {
    name: 'the API server looks for etcd at the wrong port',
    breaks: on('controlplane', `sed -i 's#127.0.0.1:2379#127.0.0.1:2380#' ${MANIFESTS}/kube-apiserver.yaml`),
    after: 60,
    symptoms: [
      ['kubectl get nodes', /The connection to the server 172\.30\.1\.2:6443 was refused/],
      [on('controlplane', 'crictl ps -a --name kube-apiserver'), /Exited +kube-apiserver +\d+/],
      [
        on('controlplane', 'crictl logs $(crictl ps -a --name kube-apiserver -q | head -1) 2>&1'),
        /addrConn\.createTransport failed to connect to \{Addr: "127\.0\.0\.1:2380".*connection refused/,
      ],
      [
        on(
          'controlplane',
          'cat /var/log/pods/kube-system_kube-apiserver-controlplane_*/kube-apiserver/*.log',
        ),
        /stderr F W1121 .* dial tcp 127\.0\.0\.1:2380/,
      ],
      [
        on('controlplane', 'journalctl -u kubelet --no-pager | tail -20'),
        /"Failed to ensure lease exists, will retry".*dial tcp 172\.30\.1\.2:6443: connect: connection refused/,
      ],
    ],
    vain: on('controlplane', 'systemctl restart kubelet containerd'),
    repair: on('controlplane', `sed -i 's#127.0.0.1:2380#127.0.0.1:2379#' ${MANIFESTS}/kube-apiserver.yaml`),
    within: 45,
    healthy: NODES,
  },
  {
    name: 'the API server is given a CA that is not there',
    breaks: on(
      'controlplane',
      `sed -i 's#client-ca-file=.*#client-ca-file=/etc/kubernetes/pki/wrong.crt#' ${MANIFESTS}/kube-apiserver.yaml`,
    ),
    after: 45,
    symptoms: [
      ['kubectl get nodes', /was refused - did you specify the right host or port\?/],
      [
        on('controlplane', 'crictl logs $(crictl ps -a --name kube-apiserver -q | head -1) 2>&1'),
        /unable to load client CA provider: open \/etc\/kubernetes\/pki\/wrong\.crt: no such file or directory/,
      ],
    ],
    repair: on(
      'controlplane',
      `sed -i 's#client-ca-file=.*#client-ca-file=/etc/kubernetes/pki/ca.crt#' ${MANIFESTS}/kube-apiserver.yaml`,
    ),
    within: 30,
    healthy: NODES,
  },
  {
    name: "the scheduler's manifest is gone",
    breaks: on('controlplane', `mv ${MANIFESTS}/kube-scheduler.yaml /root/`),
    after: 10,
    symptoms: [
      ['kubectl run late --image=nginx; sleep 5; kubectl get pod late --no-headers', /^late +0\/1 +Pending/m],
      ['kubectl describe pod late', /Events: +<none>/],
      ['kubectl -n kube-system get pods', /^(?![\s\S]*kube-scheduler)/],
    ],
    repair: on('controlplane', `mv /root/kube-scheduler.yaml ${MANIFESTS}/`),
    within: 40,
    healthy: running('late'),
  },
  {
    name: "the controller manager's manifest is no YAML",
    breaks: on(
      'controlplane',
      `sed -i 's/^  containers:/  containers/' ${MANIFESTS}/kube-controller-manager.yaml`,
    ),
    after: 20,
    symptoms: [
      [
        'kubectl create deployment late --image=nginx; sleep 5; kubectl get deployment late --no-headers',
        /^late +0\/1 +0 +0/m,
      ],
      [
        on('controlplane', 'journalctl -u kubelet --no-pager'),
        /"Could not process manifest file" err="\/etc\/kubernetes\/manifests\/kube-controller-manager\.yaml: couldn't parse as pod\(yaml: line \d+: /,
      ],
      [on('controlplane', 'crictl ps --name kube-controller-manager -q | wc -l'), /^0$/],
    ],
    vain: on('controlplane', 'systemctl restart kubelet'),
    repair: on(
      'controlplane',
      `sed -i 's/^  containers$/  containers:/' ${MANIFESTS}/kube-controller-manager.yaml`,
    ),
    within: 60,
    healthy: ['kubectl get deployment late --no-headers', /^late +1\/1/],
  },
  {
    name: "etcd's certificate is not where it is looked for",
    breaks: on(
      'controlplane',
      `sed -i 's#cert-file=.*server.crt#cert-file=/etc/kubernetes/pki/etcd/srv.crt#' ${MANIFESTS}/etcd.yaml`,
    ),
    after: 60,
    symptoms: [
      ['kubectl get nodes', /refused|timed out|etcdserver/],
      [
        on('controlplane', 'crictl logs $(crictl ps -a --name etcd -q | head -1) 2>&1'),
        /open \/etc\/kubernetes\/pki\/etcd\/srv\.crt: no such file or directory/,
      ],
    ],
    repair: on('controlplane', `sed -i 's#srv.crt#server.crt#' ${MANIFESTS}/etcd.yaml`),
    within: 90,
    healthy: NODES,
  },
];

/** The programs of a node. */
const NODE: readonly BrokenCase[] = [
  {
    name: 'the kubelet is stopped and disabled',
    breaks: on('node01', 'systemctl disable --now kubelet'),
    after: 55,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      [
        'kubectl describe node node01',
        /Ready +Unknown .*NodeStatusUnknown +Kubelet stopped posting node status\./,
      ],
      [
        'ssh node01 systemctl status kubelet --no-pager',
        /Loaded: .*; disabled; .*\n(.*\n)*? +Active: inactive \(dead\)/,
      ],
      ['ssh node01 systemctl is-enabled kubelet', /^disabled/],
    ],
    repair: on('node01', 'systemctl enable --now kubelet'),
    within: 10,
    healthy: READY('node01'),
  },
  {
    name: 'the kubelet is told to trust a CA that is not there',
    breaks: on(
      'node01',
      `sed -i 's#clientCAFile:.*#clientCAFile: /etc/kubernetes/pki/WRONG.crt#' /var/lib/kubelet/config.yaml; systemctl restart kubelet`,
    ),
    after: 60,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      [
        'ssh node01 systemctl status kubelet --no-pager',
        /Active: activating \(auto-restart\) \(Result: exit-code\)/,
      ],
      [
        on('node01', 'journalctl -u kubelet --no-pager -n 20'),
        /"command failed" err="failed to construct kubelet dependencies: unable to load client CA file \/etc\/kubernetes\/pki\/WRONG\.crt: open \/etc\/kubernetes\/pki\/WRONG\.crt: no such file or directory"/,
      ],
    ],
    vain: on('node01', 'systemctl restart kubelet'),
    repair: on(
      'node01',
      `sed -i 's#WRONG.crt#ca.crt#' /var/lib/kubelet/config.yaml; systemctl restart kubelet`,
    ),
    within: 15,
    healthy: READY('node01'),
  },
  {
    name: "the kubelet's configuration has a field that does not exist",
    breaks: on(
      'node01',
      'echo "staticPodsPath: /x" >> /var/lib/kubelet/config.yaml; systemctl restart kubelet',
    ),
    after: 60,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      [
        on('node01', 'journalctl -u kubelet --no-pager -n 20'),
        /failed to load kubelet config file, path: \/var\/lib\/kubelet\/config\.yaml.*strict decoding error: unknown field \\"staticPodsPath\\"/,
      ],
    ],
    repair: on(
      'node01',
      "sed -i '/staticPodsPath/d' /var/lib/kubelet/config.yaml; systemctl restart kubelet",
    ),
    within: 15,
    healthy: READY('node01'),
  },
  {
    name: "the kubelet's kubeconfig names the wrong port",
    breaks: on('node01', `sed -i 's#:6443#:6553#' /etc/kubernetes/kubelet.conf; systemctl restart kubelet`),
    after: 60,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      ['ssh node01 systemctl is-active kubelet', /^active/],
      [
        on('node01', 'journalctl -u kubelet --no-pager -n 20'),
        /dial tcp 172\.30\.1\.2:6553: connect: connection refused/,
      ],
    ],
    repair: on('node01', `sed -i 's#:6553#:6443#' /etc/kubernetes/kubelet.conf; systemctl restart kubelet`),
    within: 20,
    healthy: READY('node01'),
  },
  {
    name: 'the kubelet is given an unknown flag',
    breaks: on(
      'node01',
      `echo 'KUBELET_EXTRA_ARGS=--cgroup-drive=systemd' > /etc/default/kubelet; systemctl restart kubelet`,
    ),
    after: 60,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      [
        on('node01', 'journalctl -u kubelet --no-pager -n 20'),
        /"command failed" err="failed to parse kubelet flag: unknown flag: --cgroup-drive"/,
      ],
    ],
    repair: on('node01', `echo 'KUBELET_EXTRA_ARGS=' > /etc/default/kubelet; systemctl restart kubelet`),
    within: 15,
    healthy: READY('node01'),
  },
  {
    name: 'containerd is stopped',
    breaks: on('node01', 'systemctl stop containerd'),
    after: 60,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      ['kubectl describe node node01', /KubeletNotReady +\[?container runtime is down/],
      [
        on('node01', 'crictl ps 2>&1'),
        /validate CRI v1 runtime API for endpoint "unix:\/\/\/run\/containerd\/containerd\.sock".*no such file or directory/,
      ],
      ['ssh node01 systemctl is-active containerd', /^inactive/],
    ],
    vain: on('node01', 'systemctl restart kubelet'),
    repair: on('node01', 'systemctl start containerd'),
    within: 30,
    healthy: READY('node01'),
  },
  {
    name: "the kubelet's client certificate is gone",
    breaks: on('node01', 'rm /var/lib/kubelet/pki/kubelet-client-current.pem; systemctl restart kubelet'),
    after: 50,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      [
        on('node01', 'journalctl -u kubelet --no-pager -n 20'),
        /unable to load bootstrap kubeconfig: stat \/etc\/kubernetes\/bootstrap-kubelet\.conf: no such file or directory/,
      ],
    ],
    repair: on(
      'node01',
      'ln -s $(ls /var/lib/kubelet/pki/kubelet-client-2*.pem) /var/lib/kubelet/pki/kubelet-client-current.pem; systemctl restart kubelet',
    ),
    within: 15,
    healthy: READY('node01'),
  },
  {
    name: 'no network is configured for pods',
    breaks: `kubectl -n kube-flannel delete ds kube-flannel-ds; ${on('node01', 'rm /etc/cni/net.d/*; systemctl restart containerd kubelet')}`,
    after: 30,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      [
        'kubectl describe node node01',
        /container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized/,
      ],
      [on('node01', 'ls /etc/cni/net.d | wc -l'), /^0$/],
    ],
    repair: on(
      'node01',
      `echo '{"name":"cbr0","cniVersion":"0.3.1","plugins":[{"type":"flannel"}]}' > /etc/cni/net.d/10-flannel.conflist`,
    ),
    within: 15,
    healthy: READY('node01'),
  },
  {
    name: 'the disk is full',
    breaks: on('node01', 'for i in 1 2; do head -c 122000000 /dev/zero > /var/lib/big$i; done'),
    after: 60,
    symptoms: [
      ['ssh node01 df -h /', /9\d% \/$/m],
      [
        'kubectl describe node node01',
        /DiskPressure +True .*KubeletHasDiskPressure +kubelet has disk pressure/,
      ],
      ["kubectl get node node01 -o jsonpath='{.spec.taints[*].key}'", /node\.kubernetes\.io\/disk-pressure/],
    ],
    repair: on('node01', 'rm /var/lib/big*'),
    within: 320,
    healthy: [
      'kubectl get node node01 -o jsonpath=\'{.status.conditions[?(@.type=="DiskPressure")].status}{.spec.taints}\'',
      /^False$/,
    ],
  },
  {
    name: 'a new staticPodPath waits for a restart of the kubelet',
    breaks: on(
      'node01',
      `mkdir -p /etc/static; sed -i 's#staticPodPath:.*#staticPodPath: /etc/static#' /var/lib/kubelet/config.yaml
cat > /etc/static/web.yaml <<'Y'
apiVersion: v1
kind: Pod
metadata: {name: lone}
spec: {containers: [{name: web, image: nginx}]}
Y`,
    ),
    after: 20,
    symptoms: [['kubectl get pod lone-node01', /pods "lone-node01" not found/]],
    repair: on('node01', 'systemctl restart kubelet'),
    within: 15,
    healthy: running('lone-node01'),
  },
];

/** Services and names. */
const NETWORK: readonly BrokenCase[] = [
  {
    name: 'kube-proxy is gone',
    breaks: 'kubectl -n kube-system delete ds kube-proxy',
    after: 40,
    symptoms: [
      ['kubectl exec client -- wget -qO- -T 3 web 2>&1', /bad address|timed out/],
      [
        "kubectl exec client -- wget -qO- -T 3 $(kubectl get pods -l app=web -o jsonpath='{.items[0].status.podIP}')",
        /Welcome to nginx/,
      ],
    ],
    repair: on('controlplane', 'kubeadm init phase addon kube-proxy'),
    within: 20,
    healthy: WEB,
  },
  {
    name: "a word of CoreDNS' Corefile is misspelt",
    breaks: `kubectl -n kube-system get cm coredns -o yaml | sed 's/kubernetes cluster.local/kubernete cluster.local/' | kubectl apply -f - 2>/dev/null
kubectl -n kube-system rollout restart deployment coredns; kubectl -n kube-system delete pods -l k8s-app=kube-dns`,
    after: 40,
    symptoms: [
      ['kubectl -n kube-system get pods -l k8s-app=kube-dns', /CrashLoopBackOff|Error/],
      ['kubectl -n kube-system logs -l k8s-app=kube-dns --tail=2', /Unknown directive 'kubernete'/],
      ['kubectl exec client -- nslookup web 2>&1', /timed out|refused/],
    ],
    repair: `kubectl -n kube-system get cm coredns -o yaml | sed 's/kubernete cluster.local/kubernetes cluster.local/' | kubectl apply -f - 2>/dev/null
kubectl -n kube-system rollout restart deployment coredns`,
    within: 60,
    healthy: WEB,
  },
  {
    name: 'a service selects nothing',
    breaks: `kubectl patch service web -p '{"spec":{"selector":{"app":"wep"}}}'`,
    after: 3,
    symptoms: [
      ['kubectl get endpoints web 2>/dev/null', /web +<none>/],
      ['kubectl describe service web', /Endpoints: +\n/],
      ['kubectl exec client -- wget -qO- -T 3 web 2>&1', /refused/],
    ],
    repair: `kubectl patch service web -p '{"spec":{"selector":{"app":"web"}}}'`,
    within: 3,
    healthy: WEB,
  },
  {
    name: 'a service sends to the wrong port',
    breaks: `kubectl patch service web --type=json -p '[{"op":"replace","path":"/spec/ports/0/targetPort","value":8080}]'`,
    after: 3,
    symptoms: [
      ['kubectl get endpoints web 2>/dev/null', /10\.244\.\d+\.\d+:8080/],
      ['kubectl exec client -- wget -qO- -T 3 web 2>&1', /refused/],
    ],
    repair: `kubectl patch service web --type=json -p '[{"op":"replace","path":"/spec/ports/0/targetPort","value":80}]'`,
    within: 3,
    healthy: WEB,
  },
];

/** Pods. */
const PODS: readonly BrokenCase[] = [
  {
    name: 'an image whose tag does not exist',
    breaks: 'kubectl set image deployment web nginx=nginx:1.99nope',
    after: 20,
    symptoms: [
      ['kubectl get pods -l app=web', /0\/1 +(ErrImagePull|ImagePullBackOff)/],
      ['kubectl get events', /Failed to pull image "nginx:1\.99nope".*not found/],
      ['kubectl rollout status deployment web --timeout=1s', /timed out|Waiting/],
    ],
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
      ['kubectl get pod greedy', /OOMKilled|CrashLoopBackOff/],
      [
        "kubectl get pod greedy -o jsonpath='{.status.containerStatuses[0].lastState.terminated.reason} {.status.containerStatuses[0].lastState.terminated.exitCode}'",
        /^OOMKilled 137$/,
      ],
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
    repair: 'kubectl taint node node01 left-',
    within: 10,
    healthy: running('late'),
  },
];

export const CASES: readonly BrokenCase[] = [...CONTROL_PLANE, ...NODE, ...NETWORK, ...PODS];
