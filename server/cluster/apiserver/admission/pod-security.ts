import { FieldErrors } from '../../../objects/field-error.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import { warn } from '../call.ts';
import { forbidden, invalid } from '../errors.ts';
import type { AdmissionPlugin, Review } from './admission.ts';
import { type Level, showViolations, violations } from './pod-security-checks.ts';

const PREFIX = 'pod-security.kubernetes.io/';
const LEVELS = ['privileged', 'baseline', 'restricted'];

/** Where the pod template of a workload is. */
const TEMPLATES: Readonly<Record<string, (object: any) => any>> = {
  replicationcontrollers: ({ spec }) => spec?.template,
  podtemplates: ({ template }) => template,
  deployments: ({ spec }) => spec?.template,
  replicasets: ({ spec }) => spec?.template,
  daemonsets: ({ spec }) => spec?.template,
  statefulsets: ({ spec }) => spec?.template,
  jobs: ({ spec }) => spec?.template,
  cronjobs: ({ spec }) => spec?.jobTemplate?.spec?.template,
};

interface Policy {
  readonly level: string;
  readonly version: string;
}

/** Pods keep to the standard that their namespace's labels name. Models pod-security-admission/admission. */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  validate(review) {
    const { served, operation, object, subresource } = review;
    if (!object || (operation !== 'CREATE' && operation !== 'UPDATE')) return;
    if (served.resource === 'namespaces' && served.group === '' && subresource === '')
      checkNamespace(review, object);
    else if (served.resource === 'pods' && served.group === '') checkPod(review, object);
    else if (subresource === '') warnOfTemplate(review, object);
  },
};

function policyOf(namespace: KubeObject | undefined, mode: string): Policy {
  const labels = namespace?.metadata.labels ?? {};
  return {
    level: labels[PREFIX + mode] ?? 'privileged',
    version: labels[`${PREFIX}${mode}-version`] ?? 'latest',
  };
}

const show = ({ level, version }: Policy) => JSON.stringify(`${level}:${version}`);

function violationsOf({ level }: Policy, pod: { spec?: any }): string {
  return level === 'baseline' || level === 'restricted'
    ? showViolations(violations(level as Level, pod))
    : '';
}

function namespaceOf({ call, namespace }: Review): KubeObject | undefined {
  return call.server.store.log.get(`/registry/namespaces/${namespace}`)?.value;
}

function checkPod(review: Review, pod: KubeObject): void {
  const { call, served, name, operation, old, subresource } = review;
  if (subresource !== '' && subresource !== 'ephemeralcontainers') return;
  if (operation === 'UPDATE' && subresource === '' && equalValues(old?.spec, pod.spec)) return;
  const namespace = namespaceOf(review);
  const enforced = policyOf(namespace, 'enforce');
  const wrong = violationsOf(enforced, pod);
  if (wrong) throw forbidden(served, name, `violates PodSecurity ${show(enforced)}: ${wrong}`);
  const warned = policyOf(namespace, 'warn');
  const found = violationsOf(warned, pod);
  if (found) warn(call, `would violate PodSecurity ${show(warned)}: ${found}`);
}

function warnOfTemplate(review: Review, object: KubeObject): void {
  const template = TEMPLATES[review.served.resource]?.(object);
  if (!template?.spec) return;
  const policy = policyOf(namespaceOf(review), 'warn');
  const found = violationsOf(policy, template);
  if (found) warn(review.call, `would violate PodSecurity ${show(policy)}: ${found}`);
}

function checkNamespace({ call, served, object, old }: Review, namespace: KubeObject): void {
  const errors = new FieldErrors();
  for (const mode of ['enforce', 'audit', 'warn']) {
    const { level, version } = policyOf(namespace, mode);
    const field = (name: string) => `metadata.labels[${PREFIX}${name}]`;
    if (!LEVELS.includes(level)) {
      errors.invalid(field(mode), level, `must be one of ${LEVELS.join(', ')}`);
    }
    if (version !== 'latest' && !/^v1\.(0|[1-9]\d*)$/.test(version)) {
      errors.invalid(field(`${mode}-version`), version, 'must be "latest" or "v1.x"');
    }
  }
  if (!errors.empty) throw invalid(served.kind, namespace.metadata.name, errors.list);
  const now = policyOf(object, 'enforce');
  if (old && show(policyOf(old, 'enforce')) !== show(now)) warnOfPods(call, namespace.metadata.name, now);
}

/** Pods that are there already stay; whoever tightens the level is told of them. */
function warnOfPods(call: Review['call'], namespace: string, policy: Policy): void {
  const byText = new Map<string, string[]>();
  for (const { value } of call.server.store.log.list(`/registry/pods/${namespace}/`)) {
    const found = violationsOf(policy, value);
    if (!found) continue;
    const reasons = violations(policy.level as Level, value)
      .map(({ reason }) => reason)
      .join(', ');
    byText.set(reasons, [...(byText.get(reasons) ?? []), value.metadata.name]);
  }
  if (byText.size === 0) return;
  warn(
    call,
    `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${show(policy)}`,
  );
  const lines = [...byText].map(([reasons, [first, ...others]]) => {
    const more =
      others.length === 0 ? '' : ` (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`;
    return `${first}${more}: ${reasons}`;
  });
  for (const line of lines.sort()) warn(call, line);
}
