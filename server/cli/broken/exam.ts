import { type BrokenCase, MANIFESTS, NODES, on, pod, READY, running } from './case.ts';

const CONFIG = '/var/lib/kubelet/config.yaml';
const FLAGS = '/var/lib/kubelet/kubeadm-flags.env';
const DROP_IN = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';
const onNode = (name: string, rest = 'image: nginx') =>
  pod(name, `{nodeName: node01, containers: [{name: c, ${rest}}]}`);
const sed = (from: string, to: string, file: string) => `sed -i 's#${from}#${to}#' ${file}`;
const restart = 'systemctl restart kubelet';
/** Of all attempts: the latest may not have said anything yet. */
const logs = (name: string) => on('controlplane', `cat /var/log/pods/kube-system_${name}-*/*/*.log`);

/** What examiners break: one word of a file each. */
export const EXAM: readonly BrokenCase[] = [
  {
    name: "the kubelet tells pods of a DNS server that is not the cluster's",
    breaks: `${on('node01', `${sed('10.96.0.10', '10.96.0.11', CONFIG)}; ${restart}`)}
${onNode('asks', 'image: busybox, command: [sleep, "3600"]')}`,
    after: 15,
    symptoms: [
      ['kubectl exec asks -- cat /etc/resolv.conf', /nameserver 10\.96\.0\.11/],
      ['kubectl exec asks -- nslookup web', /connection timed out; no servers could be reached/],
    ],
    vain: ['kubectl -n kube-system rollout restart deployment coredns'],
    repair: `${on('node01', `${sed('10.96.0.11', '10.96.0.10', CONFIG)}; ${restart}`)}
kubectl delete pod asks --now; ${onNode('asks', 'image: busybox, command: [sleep, "3600"]')}`,
    within: 15,
    healthy: ['kubectl exec asks -- nslookup web.default.svc.cluster.local', /Name:\s+web\.default/],
  },
  {
    name: 'the kubelet looks for containerd at a socket that is not there',
    breaks: on('node01', `${sed('containerd.sock', 'containrd.sock', FLAGS)}; ${restart}`),
    after: 60,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      [
        on('node01', 'journalctl -u kubelet --no-pager -n 20'),
        /validate CRI v1 runtime API for endpoint .*containrd\.sock.*connect: no such file or directory/,
      ],
    ],
    vain: [on('node01', 'systemctl restart containerd kubelet')],
    repair: on('node01', `${sed('containrd.sock', 'containerd.sock', FLAGS)}; ${restart}`),
    within: 15,
    healthy: READY('node01'),
  },
  {
    name: 'the kubelet and containerd disagree about control groups',
    breaks: `${on('node01', `${sed('cgroupDriver: systemd', 'cgroupDriver: cgroupfs', CONFIG)}; ${restart}`)}
${onNode('grouped')}`,
    after: 20,
    symptoms: [
      ['kubectl get pod grouped --no-headers', /ContainerCreating/],
      [
        'kubectl describe pod grouped',
        /expected cgroupsPath to be of format "slice:prefix:name" for systemd cgroups/,
      ],
    ],
    vain: [
      `kubectl delete pod grouped --now; ${onNode('grouped')}`,
      on('node01', 'systemctl restart containerd'),
    ],
    repair: on('node01', `${sed('cgroupDriver: cgroupfs', 'cgroupDriver: systemd', CONFIG)}; ${restart}`),
    within: 30,
    healthy: running('grouped'),
  },
  {
    name: "the kubelet's unit names a program that is not there",
    breaks: on(
      'node01',
      `${sed('/usr/bin/kubelet', '/usr/local/bin/kubelet', DROP_IN)}; systemctl daemon-reload; ${restart}`,
    ),
    after: 60,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      [on('node01', 'systemctl status kubelet --no-pager'), /code=exited, status=203\/EXEC/],
    ],
    vain: [
      on('node01', restart),
      on('node01', sed('/usr/local/bin/kubelet', '/usr/bin/kubelet', '/etc/default/kubelet')),
    ],
    repair: on(
      'node01',
      `${sed('/usr/local/bin/kubelet', '/usr/bin/kubelet', DROP_IN)}; systemctl daemon-reload; ${restart}`,
    ),
    within: 15,
    healthy: READY('node01'),
  },
  {
    name: "the programs of the pods' network are gone",
    breaks: `${on('node01', 'mv /opt/cni/bin /opt/cni/old')}
${onNode('cut')}`,
    after: 20,
    symptoms: [
      READY('node01'),
      [
        'kubectl describe pod cut',
        /plugin type="flannel" failed \(add\): failed to find plugin "flannel" in path \[\/opt\/cni\/bin\]/,
      ],
    ],
    vain: [
      `kubectl delete pod cut --now; ${onNode('cut')}`,
      on('node01', 'systemctl restart containerd kubelet'),
    ],
    repair: on('node01', 'mkdir -p /opt/cni/bin; mv /opt/cni/old/* /opt/cni/bin/'),
    within: 30,
    healthy: running('cut'),
  },
  {
    name: 'an argument of the API server is misspelt',
    breaks: on(
      'controlplane',
      sed('--authorization-mode', '--authorisation-mode', `${MANIFESTS}/kube-apiserver.yaml`),
    ),
    after: 40,
    symptoms: [
      ['kubectl get nodes', /was refused - did you specify the right host or port\?/],
      [logs('kube-apiserver'), /Error: unknown flag: --authorisation-mode/],
    ],
    vain: [on('controlplane', restart)],
    repair: on(
      'controlplane',
      sed('--authorisation-mode', '--authorization-mode', `${MANIFESTS}/kube-apiserver.yaml`),
    ),
    within: 45,
    healthy: NODES,
  },
  {
    name: "etcd is given a directory that is not the cluster's",
    breaks: on(
      'controlplane',
      sed('path: /var/lib/etcd$', 'path: /var/lib/etcd-new', `${MANIFESTS}/etcd.yaml`),
    ),
    after: 60,
    symptoms: [
      ['kubectl get deployments', /Forbidden.*User "kubernetes-admin" cannot list resource "deployments"/],
      [on('controlplane', 'ls /var/lib/etcd-new'), /member/],
    ],
    vain: [on('controlplane', restart)],
    repair: on(
      'controlplane',
      sed('path: /var/lib/etcd-new', 'path: /var/lib/etcd', `${MANIFESTS}/etcd.yaml`),
    ),
    within: 60,
    healthy: ['kubectl get deployment web --no-headers', /^web +2\/2/],
  },
  {
    name: 'the scheduler looks for its kubeconfig at the wrong place',
    breaks: on(
      'controlplane',
      sed(
        'kubeconfig=/etc/kubernetes/scheduler.conf',
        'kubeconfig=/etc/kubernetes/scheduler.config',
        `${MANIFESTS}/kube-scheduler.yaml`,
      ),
    ),
    after: 40,
    symptoms: [
      ['kubectl run late --image=nginx; sleep 5; kubectl get pod late --no-headers', /^late +0\/1 +Pending/m],
      ['kubectl -n kube-system get pods', /kube-scheduler-controlplane +0\/1 +(CrashLoopBackOff|Error)/],
      [
        'kubectl -n kube-system logs kube-scheduler-controlplane',
        /scheduler\.config: no such file or directory/,
      ],
    ],
    vain: ['kubectl delete pod late; kubectl run late --image=nginx', on('controlplane', restart)],
    repair: on(
      'controlplane',
      sed('scheduler.config$', 'scheduler.conf', `${MANIFESTS}/kube-scheduler.yaml`),
    ),
    within: 45,
    healthy: running('late'),
  },
  {
    name: 'the controller manager is given a key that is not there',
    breaks: on(
      'controlplane',
      sed(
        'cluster-signing-key-file=/etc/kubernetes/pki/ca.key',
        'cluster-signing-key-file=/etc/kubernetes/pki/sign.key',
        `${MANIFESTS}/kube-controller-manager.yaml`,
      ),
    ),
    after: 75,
    symptoms: [
      [
        'kubectl create deployment late --image=nginx; sleep 5; kubectl get deployment late --no-headers',
        /^late +0\/1 +0 +0/m,
      ],
      [logs('kube-controller-manager'), /sign\.key: no such file or directory/],
    ],
    vain: ['kubectl rollout restart deployment late', on('controlplane', 'kubeadm init phase certs ca')],
    repair: on(
      'controlplane',
      sed('pki/sign.key', 'pki/ca.key', `${MANIFESTS}/kube-controller-manager.yaml`),
    ),
    within: 60,
    healthy: ['kubectl get deployment late --no-headers', /^late +1\/1/],
  },
  {
    name: 'a node does not forward packets',
    // In this order: the bridge plugin switches it on for every new pod.
    breaks: `${onNode('walled', 'image: busybox, command: [sleep, "3600"]')}
kubectl wait --for=condition=Ready pod/walled
${on('node01', 'sysctl -w net.ipv4.ip_forward=0')}`,
    after: 10,
    symptoms: [
      READY('node01'),
      ['kubectl exec walled -- wget -qO- -T 3 web', /download timed out|bad address/],
    ],
    vain: [on('node01', restart), 'kubectl -n kube-system rollout restart daemonset kube-proxy'],
    repair: on('node01', 'sysctl -w net.ipv4.ip_forward=1'),
    within: 15,
    healthy: ['kubectl exec walled -- wget -qO- -T 3 web', /Welcome to nginx/],
  },
];
