import { type KubeObject, timestamp } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import type { ApiServer } from '../api-server.ts';
import type { ResourceCall } from '../call.ts';
import { DEFINITIONS, withAcceptedNames } from '../custom/accepted-names.ts';
import { storedFromDefinition } from '../custom/custom-kind.ts';
import { CLEANUP } from '../custom/definitions.ts';
import type { StorageHook } from '../hooks.ts';
import type { Served } from '../served.ts';
import { LOOPBACK } from '../user.ts';
import { deleteObject } from '../verbs/delete.ts';

/** Definitions are accepted at once, and take their resources with them when they go. */
export const definitionHook: StorageHook = {
  beforeCreate(_call, object) {
    const finalizers = object.metadata.finalizers ?? [];
    if (!finalizers.includes(CLEANUP)) object.metadata.finalizers = [...finalizers, CLEANUP];
  },
  afterStore(call, object) {
    accept(call, object);
  },
  beforeDelete(call, old, request) {
    const { server, served } = call;
    if (request.dryRun || !old.metadata.finalizers?.includes(CLEANUP)) return undefined;
    const marked: KubeObject = {
      ...old,
      metadata: { ...old.metadata, deletionTimestamp: old.metadata.deletionTimestamp ?? timestamp(call.now) },
      status: { ...old.status, conditions: [...(old.status?.conditions ?? []), terminating(call.now)] },
    };
    const stored = old.metadata.deletionTimestamp ? old : server.store.update(served, old, marked);
    removeInstances(call, stored);
    return { object: finishIfEmpty(server, stored) ?? stored, gone: false };
  },
};

function terminating(now: number) {
  return {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: timestamp(now),
    reason: 'InstanceDeletionInProgress',
    message: 'CustomResource deletion is in progress',
  };
}

/** Gives a definition its names; those that wait for a name of the same group get their turn, too. */
function accept({ server, now }: Pick<ResourceCall, 'server' | 'now'>, { metadata, spec }: KubeObject): void {
  const served = server.served.find('apiextensions.k8s.io', 'v1', 'customresourcedefinitions') as Served;
  const current = server.store.find(served, '', metadata.name);
  if (!current || current.metadata.deletionTimestamp) return;
  for (const { name, served: on } of spec.versions ?? []) if (on) registerGroup(server, spec.group, name);
  const next = withAcceptedNames(server.store.log, current, now);
  if (equalValues(next, current)) return;
  server.store.update(served, current, next);
  acceptOthers(server, spec.group, now);
}

/** Makes sure that the APIServices of definitions are there. */
export function registerDefinitions(server: ApiServer): void {
  for (const { value } of server.store.log.list(DEFINITIONS)) {
    for (const { name, served } of value.spec.versions ?? [])
      if (served && server.served.hasGroupVersion(value.spec.group, name))
        registerGroup(server, value.spec.group, name);
  }
}

function acceptOthers(server: ApiServer, group: string, now: number): void {
  for (const { value } of server.store.log.list(DEFINITIONS)) {
    const waits = (value.status?.conditions ?? []).some(
      ({ type, status }: any) => type === 'NamesAccepted' && status === 'False',
    );
    if (waits && value.spec.group === group) accept({ server, now }, value);
  }
}

/** Models kube-aggregator's autoregistration: every served group and version has its APIService. */
function registerGroup(server: ApiServer, group: string, version: string): void {
  const path = '/apis/apiregistration.k8s.io/v1/apiservices';
  const metadata = {
    name: `${version}.${group}`,
    labels: { 'kube-aggregator.kubernetes.io/automanaged': 'true' },
  };
  const spec = { group, version, groupPriorityMinimum: 1000, versionPriority: 100 };
  const headers = { 'user-agent': 'kube-apiserver/v1.33.1' };
  server.handle({ method: 'POST', path, headers, value: { metadata, spec } }, LOOPBACK);
}

/** An APIService goes with the last definition of its group and version. */
function unregisterGroups(server: ApiServer, definition: KubeObject): void {
  const { group, versions = [] } = definition.spec;
  for (const { name } of versions) {
    if (server.served.hasGroupVersion(group, name)) continue;
    const path = `/apis/apiregistration.k8s.io/v1/apiservices/${name}.${group}`;
    server.handle({ method: 'DELETE', path, headers: {} }, LOOPBACK);
  }
}

function instancesOf(server: ApiServer, definition: KubeObject): KubeObject[] {
  const { group, names } = definition.spec;
  return server.store.log.list(`/registry/${group}/${names.plural}/`).map(({ value }) => value);
}

function removeInstances(call: ResourceCall, definition: KubeObject): void {
  const { server } = call;
  const served = storedFromDefinition(definition, server);
  if (!served) return;
  for (const object of instancesOf(server, definition)) {
    const info = { ...call.info, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
    deleteObject({ ...call, served, info }, object, {
      gracePeriodSeconds: undefined,
      propagationPolicy: undefined,
      uid: undefined,
      resourceVersion: undefined,
      dryRun: false,
    });
  }
}

/** Ends a definition that is being deleted once its last resource is gone; returns its last state then. */
export function finishIfEmpty(server: ApiServer, definition: KubeObject): KubeObject | undefined {
  const served = server.served.find('apiextensions.k8s.io', 'v1', 'customresourcedefinitions') as Served;
  const current = server.store.find(served, '', definition.metadata.name);
  if (!current?.metadata.deletionTimestamp || instancesOf(server, current).length > 0) return undefined;
  const finalizers = (current.metadata.finalizers ?? []).filter((name) => name !== CLEANUP);
  if (finalizers.length === 0) {
    const last = server.store.delete(served, current);
    unregisterGroups(server, last);
    acceptOthers(server, last.spec.group, server.clock.now);
    return last;
  }
  const next = { ...current, metadata: { ...current.metadata, finalizers } };
  return server.store.update(served, current, next);
}

/** The last custom resource of a definition that is being deleted lets it go. */
export const customResourceHook: StorageHook = {
  afterDelete({ server, served }) {
    const name = served.custom?.definition;
    const definition = name && server.store.log.get(DEFINITIONS + name)?.value;
    if (definition) finishIfEmpty(server, definition);
  },
};
