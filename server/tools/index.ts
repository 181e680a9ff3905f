import type { Command } from '../shell/command.ts';
import { crictl } from './crictl/index.ts';
import { ctr } from './ctr/index.ts';
import { DOCKER_COMMANDS } from './docker/index.ts';
import { etcdctl, etcdutl } from './etcdctl/index.ts';
import { helm } from './helm/index.ts';
import { kubeadm } from './kubeadm/command/index.ts';
import { kubectl } from './kubectl/index.ts';
import { minikube } from './minikube/index.ts';
import { runc } from './runc/index.ts';

/** The Kubernetes tools of the hosts. Each owner adds a line. */
export const COMMANDS: readonly Command[] = [
  kubectl,
  crictl,
  ctr,
  runc,
  etcdctl,
  etcdutl,
  helm,
  kubeadm,
  minikube,
  ...DOCKER_COMMANDS,
];
