import { type BrokenCase, on, WEB } from './case.ts';

const egress = (ports: string) => `kubectl apply -f - <<'X'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-web}
spec:
  podSelector: {matchLabels: {run: client}}
  policyTypes: [Egress]
  egress:
  - to: [{podSelector: {matchLabels: {app: web}}}]
  - ports: [${ports}]
X`;

/** Services, names and policies. */
export const NETWORK: readonly BrokenCase[] = [
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
    vain: [
      'kubectl -n kube-system rollout restart deployment coredns',
      on('node01', 'systemctl restart kubelet containerd'),
      'kubectl rollout restart deployment web',
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
    vain: [
      'kubectl -n kube-system scale deployment coredns --replicas=0; kubectl -n kube-system scale deployment coredns --replicas=2',
      'kubectl -n kube-system rollout restart ds kube-proxy',
      'kubectl delete pod client --now; kubectl run client --image=busybox --command -- sleep infinity',
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
    vain: [
      'kubectl rollout restart deployment web; kubectl scale deployment web --replicas=3',
      'kubectl -n kube-system rollout restart ds kube-proxy deployment coredns',
      'kubectl label service web app=web --overwrite',
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
    vain: [
      'kubectl rollout restart deployment web',
      'kubectl delete endpointslices -l kubernetes.io/service-name=web',
      `kubectl patch deployment web --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/ports","value":[{"containerPort":8080}]}]'`,
    ],
    repair: `kubectl patch service web --type=json -p '[{"op":"replace","path":"/spec/ports/0/targetPort","value":80}]'`,
    within: 3,
    healthy: WEB,
  },
  {
    name: 'a network policy forgets the lookups of names',
    topology: 'calico',
    breaks: egress('{port: 443}'),
    after: 5,
    symptoms: [
      ['kubectl exec client -- nslookup web 2>&1', /connection timed out; no servers could be reached/],
      ['kubectl exec client -- wget -qO- -T 3 web 2>&1', /bad address 'web'/],
      [
        "kubectl exec client -- wget -qO- -T 3 $(kubectl get service web -o jsonpath='{.spec.clusterIP}')",
        /Welcome to nginx/,
      ],
      ['kubectl describe networkpolicy only-web', /To Port: 443\/TCP/],
    ],
    vain: [
      'kubectl -n kube-system rollout restart deployment coredns; kubectl -n kube-system rollout restart ds kube-proxy',
      'kubectl delete pod client --now; kubectl run client --image=busybox --command -- sleep infinity',
      egress('{port: 53}'),
    ],
    repair: egress('{port: 53, protocol: UDP}'),
    within: 5,
    healthy: WEB,
  },
];
