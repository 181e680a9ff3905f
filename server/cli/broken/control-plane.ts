import { type BrokenCase, MANIFESTS, NODES, on, running } from './case.ts';

/** The parts of a control plane. */
export const CONTROL_PLANE: readonly BrokenCase[] = [
  {
    name: 'the API server looks for etcd at the wrong port',
    breaks: on('controlplane', `sed -i 's#127.0.0.1:2379#127.0.0.1:2380#' ${MANIFESTS}/kube-apiserver.yaml`),
    after: 60,
    symptoms: [
      [
        on('controlplane', 'journalctl -u kubelet --no-pager'),
        /Failed to update lease(.*\n)*.*"Unable to update node status"(.*\n)*.*"Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"kube-apiserver\\" with CrashLoopBackOff/,
      ],
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
    vain: [
      on('controlplane', 'systemctl restart kubelet containerd'),
      on('controlplane', 'crictl rm -f $(crictl ps -aq --name kube-apiserver)'),
      on(
        'controlplane',
        `mv ${MANIFESTS}/kube-apiserver.yaml /tmp/; sleep 20; mv /tmp/kube-apiserver.yaml ${MANIFESTS}/`,
      ),
    ],
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
    vain: [
      on('controlplane', 'kubeadm init phase certs ca'),
      on('controlplane', 'systemctl restart kubelet'),
      on('controlplane', 'crictl rm -f $(crictl ps -aq --name etcd)'),
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
    vain: [
      on('controlplane', 'systemctl restart kubelet'),
      'kubectl -n kube-system delete lease kube-scheduler',
      'kubectl delete pod late; kubectl run late --image=nginx',
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
    vain: [
      on('controlplane', 'systemctl restart kubelet'),
      on('controlplane', `touch ${MANIFESTS}/*`),
      'kubectl rollout restart deployment late',
    ],
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
    vain: [
      on('controlplane', 'kubeadm init phase certs etcd-server'),
      on('controlplane', 'systemctl restart kubelet'),
      on('controlplane', 'crictl rm -f $(crictl ps -aq --name kube-apiserver)'),
    ],
    repair: on('controlplane', `sed -i 's#srv.crt#server.crt#' ${MANIFESTS}/etcd.yaml`),
    within: 90,
    healthy: NODES,
  },
];
