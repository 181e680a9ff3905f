import type { Steps } from '../../sim/index.ts';
import {
  createConfigMap,
  createGenericSecret,
  createRegistrySecret,
  createTlsSecret,
} from './create/config-data.ts';
import {
  createClusterIp,
  createExternalName,
  createIngress,
  createLoadBalancer,
  createNodePort,
} from './create/network.ts';
import { createClusterRole, createClusterRoleBinding, createRole, createRoleBinding } from './create/rbac.ts';
import {
  createDisruptionBudget,
  createNamespace,
  createPriorityClass,
  createQuota,
  createServiceAccount,
  createToken,
} from './create/simple.ts';
import { createCronJob, createDeployment, createJob } from './create/workloads.ts';
import type { Kubectl } from './kubectl.ts';

/** What runs a command. Returns the exit code where it is not 0. */
export type Verb = (k: Kubectl) => Steps<number | void>;

/** Every command that does something, by its words. */
export const VERBS: Readonly<Record<string, Verb>> = {
  'create clusterrole': createClusterRole,
  'create clusterrolebinding': createClusterRoleBinding,
  'create configmap': createConfigMap,
  'create cronjob': createCronJob,
  'create deployment': createDeployment,
  'create ingress': createIngress,
  'create job': createJob,
  'create namespace': createNamespace,
  'create poddisruptionbudget': createDisruptionBudget,
  'create priorityclass': createPriorityClass,
  'create quota': createQuota,
  'create role': createRole,
  'create rolebinding': createRoleBinding,
  'create secret docker-registry': createRegistrySecret,
  'create secret generic': createGenericSecret,
  'create secret tls': createTlsSecret,
  'create service clusterip': createClusterIp,
  'create service externalname': createExternalName,
  'create service loadbalancer': createLoadBalancer,
  'create service nodeport': createNodePort,
  'create serviceaccount': createServiceAccount,
  'create token': createToken,
};
