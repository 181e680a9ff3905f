import type { Steps } from '../../sim/index.ts';
import { apply } from './apply/apply.ts';
import { setLastApplied, viewLastApplied } from './apply/last-applied.ts';
import { canI, whoAmI } from './auth.ts';
import { reconcile } from './auth-reconcile.ts';
import { approve, deny } from './certificate.ts';
import { complete, completion } from './completion.ts';
import * as config from './config/config.ts';
import * as configSet from './config/set.ts';
import { copy } from './copy.ts';
import {
  createConfigMap,
  createGenericSecret,
  createRegistrySecret,
  createTlsSecret,
} from './create/config-data.ts';
import { create } from './create/create.ts';
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
import { debug } from './debug/debug.ts';
import { delete_ } from './delete.ts';
import { describe } from './describe.ts';
import { diff } from './diff.ts';
import { apiResources, apiVersions, clusterInfo, clusterInfoDump, version } from './discovery.ts';
import { drain } from './drain.ts';
import { edit, editLastApplied } from './edit.ts';
import { events } from './events.ts';
import { attach, exec } from './exec.ts';
import { explain } from './explain.ts';
import { expose } from './expose.ts';
import { get } from './get/get.ts';
import type { Kubectl } from './kubectl.ts';
import { kustomize } from './kustomize.ts';
import { logs } from './logs.ts';
import { annotate, label } from './metadata-pairs.ts';
import { cordon, uncordon } from './nodes.ts';
import { patch } from './patch.ts';
import { pluginList } from './plugin.ts';
import { portForward } from './port-forward.ts';
import { proxy } from './proxy.ts';
import { replace } from './replace.ts';
import { rolloutHistory } from './rollout/history.ts';
import { rolloutPause, rolloutRestart, rolloutResume, rolloutStatus } from './rollout/rollout.ts';
import { rolloutUndo } from './rollout/undo.ts';
import { run } from './run.ts';
import { autoscale, scale } from './scale.ts';
import { setEnv } from './set/env.ts';
import { setImage, setResources, setSelector, setServiceAccount, setSubject } from './set/set.ts';
import { taint } from './taint.ts';
import { topNode, topPod } from './top.ts';
import { wait } from './wait.ts';

/** What runs a command. Returns the exit code where it is not 0. */
export type Verb = (k: Kubectl) => Steps<number | undefined> | Steps<number> | Steps<void>;

/** Every command that does something, by its words. */
export const VERBS: Readonly<Record<string, Verb>> = {
  __complete: complete,
  __completeNoDesc: complete,
  annotate,
  'api-resources': apiResources,
  'api-versions': apiVersions,
  apply,
  'apply edit-last-applied': editLastApplied,
  'apply set-last-applied': setLastApplied,
  'apply view-last-applied': viewLastApplied,
  attach,
  'auth can-i': canI,
  'auth reconcile': reconcile,
  'auth whoami': whoAmI,
  autoscale,
  'certificate approve': approve,
  'certificate deny': deny,
  'cluster-info': clusterInfo,
  'cluster-info dump': clusterInfoDump,
  completion,
  'config current-context': config.currentContext,
  'config delete-cluster': config.deleteCluster,
  'config delete-context': config.deleteContext,
  'config delete-user': config.deleteUser,
  'config get-clusters': config.getClusters,
  'config get-contexts': config.getContexts,
  'config get-users': config.getUsers,
  'config rename-context': config.renameContext,
  'config set': configSet.setProperty,
  'config set-cluster': configSet.setCluster,
  'config set-context': configSet.setContext,
  'config set-credentials': configSet.setCredentials,
  'config unset': configSet.unset,
  'config use-context': config.useContext,
  'config view': config.view,
  cordon,
  cp: copy,
  create,
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
  debug,
  delete: delete_,
  describe,
  diff,
  drain,
  edit,
  events,
  exec,
  explain,
  expose,
  get,
  kustomize,
  label,
  logs,
  patch,
  'plugin list': pluginList,
  'port-forward': portForward,
  proxy,
  replace,
  'rollout history': rolloutHistory,
  'rollout pause': rolloutPause,
  'rollout restart': rolloutRestart,
  'rollout resume': rolloutResume,
  'rollout status': rolloutStatus,
  'rollout undo': rolloutUndo,
  run,
  scale,
  'set env': setEnv,
  'set image': setImage,
  'set resources': setResources,
  'set selector': setSelector,
  'set serviceaccount': setServiceAccount,
  'set subject': setSubject,
  taint,
  'top node': topNode,
  'top pod': topPod,
  uncordon,
  version,
  wait,
};
