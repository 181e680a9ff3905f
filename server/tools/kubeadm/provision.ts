import { IMAGES_FILE } from '../../cluster/client/cri.ts';
import { clientFromKubeconfig } from '../../cluster/client/http-client.ts';
import { type Host, installBinary } from '../../host/index.ts';
import { bringUp } from './phases/bring-up.ts';
import { readAuthority, writeCertificates, writeFile } from './phases/certs.ts';
import { components, writeManifests, writeService } from './phases/control-plane.ts';
import { writeKubeconfigs } from './phases/kubeconfig.ts';
import { configureKubelet, installPackages, makeHollow } from './phases/node.ts';
import { type ClusterPlan, imagesOf, type PlanOptions, planOf } from './plan.ts';

export type ProvisionOptions = PlanOptions;

/**
 * Does what `kubeadm init` does to a machine that is still switched off, and leaves a process behind that does the rest
 * once the API server answers. Returns the plan, for the workers.
 */
export function provisionControlPlane(host: Host, options: ProvisionOptions): ClusterPlan {
  const plan = planOf(options);
  installNode(host, plan);
  writeCertificates(host, plan);
  writeKubeconfigs(host, plan);
  configureKubelet(host, plan, readAuthority(host, 'ca'));
  if (plan.components === 'static-pods') {
    writeManifests(host, plan);
    // kubeadm pulls all images, this one though its pods may run elsewhere; the others come with their pods.
    if (plan.addons.includes('coredns') && !plan.hollow)
      writeFile(host, IMAGES_FILE, JSON.stringify([imagesOf(plan).coreDns]), 0o600);
  } else {
    for (const component of components(host, plan)) {
      installBinary(host.init.fs, `/usr/local/bin/${component.name}`, component.name);
      writeService(host, component);
    }
  }
  host.init.fs.mkdirAll('/var/lib/etcd', 0o700);
  host.init.fork(
    function* (context) {
      const client = clientFromKubeconfig(context, '/etc/kubernetes/super-admin.conf', 'kubeadm/v1.33.1');
      yield* bringUp(client, context.process.clock, plan, readAuthority(host, 'ca').certificate);
      return 0;
    },
    { args: ['kubeadm', 'init'], cwd: '/root', process: { newSession: true } },
  );
  return plan;
}

/** Does what `kubeadm join` does to a worker that is still switched off. */
export function provisionWorker(host: Host, plan: ClusterPlan, controlPlane: Host): void {
  installNode(host, plan);
  configureKubelet(host, plan, readAuthority(controlPlane, 'ca'));
}

/** A copy of the administrator's kubeconfig for a user of any host. */
export function copyAdminConfig(controlPlane: Host, host: Host, home: string, owner = 0): void {
  const text = controlPlane.init.fs.read('/etc/kubernetes/admin.conf');
  writeFile(host, `${home}/.kube/config`, text, 0o600);
  for (const path of [`${home}/.kube`, `${home}/.kube/config`]) host.init.fs.chown(path, owner, owner);
}

function installNode(host: Host, plan: ClusterPlan): void {
  installPackages(host, plan.kubernetesVersion);
  if (plan.hollow) makeHollow(host);
}
