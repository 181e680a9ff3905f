import type { Program } from '../host/index.ts';
import { calicoInstall } from './addons/calico/install.ts';
import { calicoNode } from './addons/calico/node.ts';
import { tigeraOperator } from './addons/calico/operator.ts';
import { certManager, certManagerCainjector, certManagerWebhook } from './addons/cert-manager/program.ts';
import { coredns } from './addons/coredns/program.ts';
import { flanneld } from './addons/flanneld.ts';
import { nginxGateway } from './addons/gateway/program.ts';
import { webhookCertgen } from './addons/ingress-nginx/certgen.ts';
import { ingressNginx } from './addons/ingress-nginx/program.ts';
import { metallbController } from './addons/metallb/controller.ts';
import { metallbSpeaker } from './addons/metallb/speaker.ts';
import { metricsServer } from './addons/metrics-server/program.ts';
import { networkPolicyAgent } from './addons/network-policy/program.ts';
import { localPathProvisioner } from './addons/provisioners/local-path.ts';
import { minikubeHostpath } from './addons/provisioners/minikube-hostpath.ts';
import { kubeApiserver } from './apiserver/program.ts';
import { kubeControllerManager } from './controllers/program.ts';
import { IMAGE_PROGRAMS } from './images/index.ts';
import { CONTAINERD, CONTAINERD_SHIM } from './kubelet/containerd/program.ts';
import { KUBELET } from './kubelet/program.ts';
import { calicoObjects } from './manifests/calico.ts';
import { kubeProxy } from './proxy/program.ts';
import { kubeScheduler } from './scheduler/program.ts';
import { etcdMain } from './store/etcd-program.ts';
import type { LogRegistry } from './store/registry.ts';

/** The programs that make a Kubernetes cluster, as binaries of hosts and images run them. */
export function clusterPrograms(parts: { logs: LogRegistry }): Program[] {
  return [
    { name: 'etcd', main: etcdMain(parts) },
    { name: 'kube-apiserver', main: kubeApiserver },
    { name: 'kube-controller-manager', main: kubeControllerManager },
    { name: 'kube-scheduler', main: kubeScheduler },
    KUBELET,
    CONTAINERD,
    CONTAINERD_SHIM,
    { name: 'kube-proxy', main: kubeProxy },
    { name: 'flanneld', main: flanneld },
    { name: 'network-policy-agent', main: networkPolicyAgent },
    { name: 'coredns', main: coredns },
    { name: 'calico-node', main: calicoNode },
    { name: 'calico-install', main: calicoInstall },
    { name: 'tigera-operator', main: tigeraOperator(calicoObjects) },
    { name: 'ingress-nginx', main: ingressNginx },
    { name: 'kube-webhook-certgen', main: webhookCertgen },
    { name: 'local-path-provisioner', main: localPathProvisioner },
    { name: 'minikube-hostpath', main: minikubeHostpath },
    { name: 'nginx-gateway', main: nginxGateway },
    { name: 'metallb-controller', main: metallbController },
    { name: 'metallb-speaker', main: metallbSpeaker },
    { name: 'cert-manager', main: certManager },
    { name: 'cert-manager-webhook', main: certManagerWebhook },
    { name: 'cert-manager-cainjector', main: certManagerCainjector },
    { name: 'metrics-server', main: metricsServer },
    ...IMAGE_PROGRAMS,
  ];
}
