import { deployment, doc, type Examples, pod, service } from './yaml.ts';

const NETWORKING = 'networking.k8s.io/v1';

function ingress(metadata: string, spec: string): string {
  return doc(NETWORKING, 'Ingress', `name: ${metadata}`, `spec: {${spec}}`);
}

const path = (at: string, name: string, port: number, type = 'Prefix') =>
  `{path: ${at}, pathType: ${type}, backend: {service: {name: ${name}, port: {number: ${port}}}}}`;
const rule = (host: string, ...paths: string[]) =>
  `{${host ? `host: ${host}, ` : ''}http: {paths: [${paths.join(', ')}]}}`;

const INGRESSES: Examples = {
  'service/networking/minimal-ingress': [
    ingress(
      'minimal-ingress, annotations: {nginx.ingress.kubernetes.io/rewrite-target: /}',
      `ingressClassName: nginx-example, rules: [${rule('', path('/testpath', 'test', 80))}]`,
    ),
  ],
  'service/networking/test-ingress': [
    ingress('test-ingress', 'defaultBackend: {service: {name: test, port: {number: 80}}}'),
  ],
  'service/networking/simple-fanout-example': [
    ingress(
      'simple-fanout-example',
      `rules: [${rule('foo.bar.com', path('/foo', 'service1', 4200), path('/bar', 'service2', 8080))}]`,
    ),
  ],
  'service/networking/name-virtual-host-ingress': [
    ingress(
      'name-virtual-host-ingress',
      `rules: [${rule('foo.bar.com', path('/', 'service1', 80))}, ${rule('bar.foo.com', path('/', 'service2', 80))}]`,
    ),
  ],
  'service/networking/tls-example-ingress': [
    ingress(
      'tls-example-ingress',
      `tls: [{hosts: [https-example.foo.com], secretName: testsecret-tls}], rules: [${rule('https-example.foo.com', path('/', 'service1', 80))}]`,
    ),
  ],
  'service/networking/example-ingress': [
    ingress(
      'example-ingress',
      `ingressClassName: nginx, rules: [${rule('hello-world.example', path('/', 'web', 8080))}]`,
    ),
  ],
};

function policy(name: string, spec: string): string {
  return doc(NETWORKING, 'NetworkPolicy', `name: ${name}`, `spec: {${spec}}`);
}

const POLICIES: Examples = {
  'service/networking/networkpolicy': [
    policy(
      'test-network-policy, namespace: default',
      `podSelector: {matchLabels: {role: db}}, policyTypes: [Ingress, Egress],
       ingress: [{from: [{ipBlock: {cidr: 172.17.0.0/16, except: [172.17.1.0/24]}}, {namespaceSelector: {matchLabels: {project: myproject}}},
         {podSelector: {matchLabels: {role: frontend}}}], ports: [{protocol: TCP, port: 6379}]}],
       egress: [{to: [{ipBlock: {cidr: 10.0.0.0/24}}], ports: [{protocol: TCP, port: 5978}]}]`,
    ),
  ],
  'service/networking/nginx-policy': [
    policy(
      'access-nginx',
      'podSelector: {matchLabels: {app: nginx}}, ingress: [{from: [{podSelector: {matchLabels: {access: "true"}}}]}]',
    ),
  ],
  'service/networking/network-policy-default-deny-ingress': [
    policy('default-deny-ingress', 'podSelector: {}, policyTypes: [Ingress]'),
  ],
  'service/networking/network-policy-allow-all-ingress': [
    policy('allow-all-ingress', 'podSelector: {}, ingress: [{}], policyTypes: [Ingress]'),
  ],
  'service/networking/network-policy-default-deny-egress': [
    policy('default-deny-egress', 'podSelector: {}, policyTypes: [Egress]'),
  ],
  'service/networking/network-policy-allow-all-egress': [
    policy('allow-all-egress', 'podSelector: {}, egress: [{}], policyTypes: [Egress]'),
  ],
  'service/networking/network-policy-default-deny-all': [
    policy('default-deny-all', 'podSelector: {}, policyTypes: [Ingress, Egress]'),
  ],
  'service/networking/networkpolicy-multiport-egress': [
    policy(
      'multi-port-egress, namespace: default',
      `podSelector: {matchLabels: {role: db}}, policyTypes: [Egress],
       egress: [{to: [{ipBlock: {cidr: 10.0.0.0/24}}], ports: [{protocol: TCP, port: 32000, endPort: 32768}]}]`,
    ),
  ],
};

const HELLO = 'gcr.io/google-samples/hello-app';
const sample = (image: string, port: string) =>
  `containers: [{name: hello, image: "${image}", ports: [{${port}}]}]`;

const ACCESS: Examples = {
  'service/access/hello-application': [
    deployment(
      'hello-world',
      'run: load-balancer-example',
      2,
      `containers: [{name: hello-world, image: "us-docker.pkg.dev/google-samples/containers/gke/hello-app:2.0", ports: [{containerPort: 8080, protocol: TCP}]}]`,
    ),
  ],
  'service/load-balancer-example': [
    deployment(
      'hello-world, labels: {app.kubernetes.io/name: load-balancer-example}',
      'app.kubernetes.io/name: load-balancer-example',
      5,
      `containers: [{name: hello-world, image: "${HELLO}:2.0", ports: [{containerPort: 8080}]}]`,
    ),
  ],
  'service/access/backend-deployment': [
    deployment(
      'backend',
      'app: hello, tier: backend, track: stable',
      3,
      sample('gcr.io/google-samples/hello-go-gke:1.0', 'name: http, containerPort: 80'),
    ),
  ],
  'service/access/backend-service': [
    service(
      'hello',
      'selector: {app: hello, tier: backend}, ports: [{protocol: TCP, port: 80, targetPort: http}]',
    ),
  ],
  'service/networking/run-my-nginx': [
    deployment(
      'my-nginx',
      'run: my-nginx',
      2,
      'containers: [{name: my-nginx, image: nginx, ports: [{containerPort: 80}]}]',
    ),
  ],
  'service/networking/nginx-svc': [
    service(
      'my-nginx, labels: {run: my-nginx}',
      'ports: [{port: 80, protocol: TCP}], selector: {run: my-nginx}',
    ),
  ],
  'service/networking/custom-dns': [
    pod(
      'dns-example, namespace: default',
      `containers: [{name: test, image: nginx}], dnsPolicy: None, dnsConfig: {nameservers: [192.0.2.1],
        searches: [ns1.svc.cluster-domain.example, my.dns.search.suffix], options: [{name: ndots, value: "2"}, {name: edns0}]}`,
    ),
  ],
  'service/networking/hostaliases-pod': [
    pod(
      'hostaliases-pod',
      `restartPolicy: Never, hostAliases: [{ip: 127.0.0.1, hostnames: [foo.local, bar.local]}, {ip: 10.1.2.3, hostnames: [foo.remote, bar.remote]}],
       containers: [{name: cat-hosts, image: busybox:1.28, command: [cat], args: [/etc/hosts]}]`,
    ),
  ],
};

export const SERVICE_EXAMPLES: Examples = { ...INGRESSES, ...POLICIES, ...ACCESS };
