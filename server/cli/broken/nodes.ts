import { type BrokenCase, on, READY, running } from './case.ts';

/** The programs of a node. */
export const NODE: readonly BrokenCase[] = [
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
    vain: [
      on('node01', 'systemctl daemon-reload; systemctl enable kubelet; systemctl disable kubelet'),
      on('node01', 'systemctl restart containerd'),
      'kubectl uncordon node01',
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
    vain: [
      on('node01', 'systemctl daemon-reload; systemctl reset-failed kubelet; systemctl restart kubelet'),
      on('node01', 'systemctl restart containerd'),
      on('controlplane', 'kubeadm certs renew all'),
    ],
    repair: on(
      'node01',
      `sed -i 's#WRONG.crt#ca.crt#' /var/lib/kubelet/config.yaml; systemctl restart kubelet`,
    ),
    within: 15,
    healthy: READY('node01'),
  },
  {
    name: "the kubelet's configuration has a list where an address is to be, and a field that does not exist",
    breaks: on(
      'node01',
      "sed -i 's/^clusterDomain: .*/clusterDomain: [cluster.local]/; $ a staticPodsPath: /x' /var/lib/kubelet/config.yaml; systemctl restart kubelet",
    ),
    after: 60,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      [
        on('node01', 'journalctl -u kubelet --no-pager -n 20'),
        /failed to load kubelet config file, path: \/var\/lib\/kubelet\/config\.yaml.*failed to decode: json: cannot unmarshal array into Go struct field KubeletConfiguration\.clusterDomain of type string/,
      ],
    ],
    vain: [
      on('node01', 'systemctl daemon-reload; systemctl restart containerd kubelet'),
      on('node01', "sed -i '/staticPodsPath/d' /var/lib/kubelet/config.yaml; systemctl restart kubelet"),
    ],
    repair: on(
      'node01',
      "sed -i 's/^clusterDomain: .*/clusterDomain: cluster.local/' /var/lib/kubelet/config.yaml; systemctl restart kubelet",
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
    vain: [
      on('node01', 'systemctl restart containerd kubelet'),
      'kubectl uncordon node01',
      on('controlplane', 'systemctl restart kubelet'),
    ],
    repair: on('node01', `sed -i 's#:6553#:6443#' /etc/kubernetes/kubelet.conf; systemctl restart kubelet`),
    within: 20,
    healthy: READY('node01'),
  },
  {
    name: 'a firewall keeps a kubelet from the API server',
    breaks: on('controlplane', 'iptables -I INPUT -s 172.30.1.3 -p tcp --dport 6443 -j REJECT'),
    after: 60,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      ['ssh node01 systemctl is-active kubelet', /^active/],
      [
        on('node01', 'journalctl -u kubelet --no-pager -n 20'),
        /"Failed to ensure lease exists, will retry".*dial tcp 172\.30\.1\.2:6443: connect: connection refused/,
      ],
      ['ssh node01 nc -zv -w 2 172.30.1.2 6443 2>&1', /refused/],
      ['ssh node02 nc -zv -w 2 172.30.1.2 6443 2>&1', /succeeded/],
      [
        'ssh controlplane sudo iptables -L INPUT -n',
        /REJECT +6 +-- +172\.30\.1\.3 +0\.0\.0\.0\/0 +tcp dpt:6443 reject-with icmp-port-unreachable/,
      ],
    ],
    vain: [
      on('node01', 'systemctl restart containerd kubelet; iptables -F'),
      on('controlplane', 'systemctl restart kubelet; iptables -A INPUT -p tcp --dport 6443 -j ACCEPT'),
    ],
    repair: on('controlplane', 'iptables -D INPUT 1'),
    within: 35,
    healthy: READY('node01'),
  },
  {
    name: 'a node swaps',
    breaks: on(
      'node01',
      `fallocate -l 1G /swap.img; chmod 600 /swap.img; mkswap -q /swap.img; swapon /swap.img
echo '/swap.img none swap sw 0 0' >> /etc/fstab; systemctl restart kubelet`,
    ),
    after: 60,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      [
        on('node01', 'journalctl -u kubelet --no-pager -n 20'),
        /"command failed" err="failed to run Kubelet: running with swap on is not supported, please disable swap or set --fail-swap-on flag to false"/,
      ],
      ['ssh node01 swapon --show', /^NAME +TYPE +SIZE USED PRIO\n\/swap\.img file 1024M +0B +-2$/],
      ['ssh node01 free -m', /Swap: +1023 +0 +1023/],
    ],
    vain: [
      on('node01', "sed -i '/swap/d' /etc/fstab; systemctl daemon-reload; systemctl restart kubelet"),
      on('node01', 'sysctl -w vm.swappiness=0; systemctl restart containerd kubelet'),
    ],
    repair: on('node01', 'swapoff -a'),
    within: 15,
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
    vain: [
      on('node01', 'systemctl daemon-reload; systemctl restart kubelet'),
      on('node01', 'systemctl enable kubelet; systemctl restart containerd'),
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
      [
        on('node01', 'journalctl -u kubelet --no-pager -n 6'),
        /sanity check failed.*containerd\.sock: connect: no such file(.*\n)*.*Skipping pod synchronization" err="container runtime is down"/,
      ],
      ['kubectl get nodes', /node01 +NotReady/],
      ['kubectl describe node node01', /KubeletNotReady +\[?container runtime is down/],
      [
        on('node01', 'crictl ps 2>&1'),
        /validate CRI v1 runtime API for endpoint "unix:\/\/\/run\/containerd\/containerd\.sock".*no such file or directory/,
      ],
      ['ssh node01 systemctl is-active containerd', /^inactive/],
    ],
    vain: [
      on('node01', 'systemctl restart kubelet'),
      on('node01', 'systemctl daemon-reload; systemctl enable containerd'),
      'kubectl uncordon node01',
    ],
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
    vain: [on('node01', 'systemctl restart kubelet'), on('controlplane', 'kubeadm certs renew all')],
    repair: on(
      'node01',
      'ln -s $(ls /var/lib/kubelet/pki/kubelet-client-2*.pem) /var/lib/kubelet/pki/kubelet-client-current.pem; systemctl restart kubelet',
    ),
    within: 15,
    healthy: READY('node01'),
  },
  {
    name: "the kubelet's client certificate has expired",
    breaks: `ssh controlplane 'cd /tmp; openssl genrsa -out k.key 2048; openssl req -new -key k.key -subj /O=system:nodes/CN=system:node:node01 -out k.csr
sudo openssl x509 -req -in k.csr -CA /etc/kubernetes/pki/ca.crt -CAkey /etc/kubernetes/pki/ca.key -CAcreateserial -days 0 -out k.crt; cat k.crt k.key' > k.pem
scp k.pem node01:/tmp/; ssh node01 'sudo cp /tmp/k.pem /var/lib/kubelet/pki/kubelet-client-current.pem; sleep 2; sudo systemctl restart kubelet'`,
    after: 60,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      [
        on('node01', 'journalctl -u kubelet --no-pager -n 20'),
        /part of the existing bootstrap client certificate in \/etc\/kubernetes\/kubelet\.conf is expired: (.*\n)*.*"command failed" err="failed to run Kubelet: unable to load bootstrap kubeconfig: stat \/etc\/kubernetes\/bootstrap-kubelet\.conf: no such file or directory"/,
      ],
      [
        'ssh node01 sudo openssl x509 -noout -checkend 0 -in /var/lib/kubelet/pki/kubelet-client-current.pem',
        /Certificate will expire/,
      ],
    ],
    vain: [on('node01', 'systemctl restart kubelet'), on('controlplane', 'kubeadm certs renew all')],
    repair: `ssh controlplane sudo kubeadm kubeconfig user --org system:nodes --client-name system:node:node01 > kubelet.conf
scp kubelet.conf node01:/tmp/; ssh node01 'sudo cp /tmp/kubelet.conf /etc/kubernetes/; sudo rm /var/lib/kubelet/pki/kubelet-client-*; sudo systemctl restart kubelet'`,
    within: 20,
    healthy: [
      'kubectl get node node01 --no-headers; ssh node01 sudo ls /var/lib/kubelet/pki',
      /^node01 +Ready (.*\n)*kubelet-client-current\.pem/,
    ],
  },
  {
    name: 'containerd does not offer what kubelets ask for',
    breaks: on(
      'node01',
      `cd /etc/containerd; mv config.toml kept.toml; echo 'disabled_plugins = ["cri"]' > config.toml; systemctl restart containerd kubelet`,
    ),
    after: 60,
    symptoms: [
      ['kubectl get nodes', /node01 +NotReady/],
      [
        on('node01', 'crictl ps 2>&1; journalctl -u kubelet --no-pager -n 20'),
        /code = Unimplemented desc = unknown service runtime\.v1\.RuntimeService(.*\n)*.*"command failed" err="failed to run Kubelet: validate service connection/,
      ],
    ],
    vain: [
      on('node01', 'systemctl restart containerd kubelet'),
      on('node01', 'crictl config --set runtime-endpoint=unix:///run/containerd/containerd.sock'),
    ],
    repair: on(
      'node01',
      'mv /etc/containerd/kept.toml /etc/containerd/config.toml; systemctl restart containerd',
    ),
    within: 25,
    healthy: READY('node01'),
  },
  {
    name: 'no network is configured for pods',
    breaks: `kubectl -n kube-flannel delete ds kube-flannel-ds; ${on('node01', 'rm /etc/cni/net.d/*; systemctl restart containerd kubelet')}`,
    after: 30,
    symptoms: [
      [
        on('node01', 'journalctl -u kubelet --no-pager -n 2'),
        /^(.*"Container runtime network not ready" networkReady="NetworkReady=false.*\n?){2}$/,
      ],
      ['kubectl get nodes', /node01 +NotReady/],
      [
        'kubectl describe node node01',
        /container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized/,
      ],
      [on('node01', 'ls /etc/cni/net.d | wc -l'), /^0$/],
    ],
    vain: [
      on('node01', 'systemctl restart containerd kubelet'),
      'kubectl -n kube-system rollout restart ds kube-proxy deployment coredns',
      on('node01', 'modprobe br_netfilter; sysctl -w net.ipv4.ip_forward=1'),
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
    breaks: on('node01', 'dd if=/dev/zero of=/var/log/debug.log bs=1M count=16000 status=none'),
    after: 60,
    symptoms: [
      ['ssh node01 df -h /', /9\d% \/$/m],
      [
        'kubectl describe node node01',
        /DiskPressure +True .*KubeletHasDiskPressure +kubelet has disk pressure/,
      ],
      ["kubectl get node node01 -o jsonpath='{.spec.taints[*].key}'", /node\.kubernetes\.io\/disk-pressure/],
    ],
    vain: [
      'kubectl taint node node01 node.kubernetes.io/disk-pressure-; kubectl uncordon node01',
      on('node01', 'journalctl --vacuum-time=1s; systemctl restart kubelet; crictl rmi --prune'),
    ],
    repair: on('node01', 'rm /var/log/debug.log'),
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
    vain: [
      on('node01', 'touch /etc/static/web.yaml; systemctl daemon-reload; systemctl restart containerd'),
      on('controlplane', 'systemctl restart kubelet'),
    ],
    repair: on('node01', 'systemctl restart kubelet'),
    within: 15,
    healthy: running('lone-node01'),
  },
];
