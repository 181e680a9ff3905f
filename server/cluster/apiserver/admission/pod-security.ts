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

type Names = readonly string[];

/** What holds where namespaces say nothing, and who need not care. Models pod-security-admission/admission/api. */
export interface PodSecurityConfiguration {
  /** `enforce`, `enforce-version`, and so on. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly exemptions: {
    readonly usernames?: Names;
    readonly namespaces?: Names;
    readonly runtimeClasses?: Names;
  };
}

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

/** What a namespace's labels say of a mode, or the server's configuration. */
function policyOf({ call }: Review, namespace: KubeObject | undefined, mode: string): Policy {
  const labels = namespace?.metadata.labels ?? {};
  const defaults = call.server.admissionConfiguration.podSecurity?.defaults ?? {};
  return {
    level: labels[PREFIX + mode] ?? (defaults[mode] || 'privileged'),
    version: labels[`${PREFIX}${mode}-version`] ?? (defaults[`${mode}-version`] || 'latest'),
  };
}

/** Models the exemptions of pod-security-admission/admission ValidatePod. */
function isExempt({ call, namespace }: Review, pod: { spec?: any }): boolean {
  const { namespaces, usernames, runtimeClasses } =
    call.server.admissionConfiguration.podSecurity?.exemptions ?? {};
  const runtimeClass = pod.spec?.runtimeClassName;
  return Boolean(
    namespaces?.includes(namespace) ||
      usernames?.includes(call.user.name) ||
      (runtimeClass && runtimeClasses?.includes(runtimeClass)),
  );
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
  if (isExempt(review, pod)) return;
  const namespace = namespaceOf(review);
  const enforced = policyOf(review, namespace, 'enforce');
  const wrong = violationsOf(enforced, pod);
  if (wrong) throw forbidden(served, name, `violates PodSecurity ${show(enforced)}: ${wrong}`);
  const warned = policyOf(review, namespace, 'warn');
  const found = violationsOf(warned, pod);
  if (found) warn(call, `would violate PodSecurity ${show(warned)}: ${found}`);
}

function warnOfTemplate(review: Review, object: KubeObject): void {
  const template = TEMPLATES[review.served.resource]?.(object);
  if (!template?.spec || isExempt(review, template)) return;
  const policy = policyOf(review, namespaceOf(review), 'warn');
  const found = violationsOf(policy, template);
  if (found) warn(review.call, `would violate PodSecurity ${show(policy)}: ${found}`);
}

function checkNamespace(review: Review, namespace: KubeObject): void {
  const errors = new FieldErrors();
  for (const mode of MODES) {
    checkPolicy(
      errors,
      policyOf(review, namespace, mode),
      (suffix) => `metadata.labels[${PREFIX}${mode}${suffix}]`,
    );
  }
  const { name } = namespace.metadata;
  if (!errors.empty) throw invalid(review.served.kind, name, errors.list);
  const now = policyOf(review, namespace, 'enforce');
  if (review.call.server.admissionConfiguration.podSecurity?.exemptions.namespaces?.includes(name)) {
    const labelled = namespace.metadata.labels?.[`${PREFIX}enforce`];
    if (labelled)
      warn(
        review.call,
        `namespace ${JSON.stringify(name)} is exempt from Pod Security, and the policy (enforce=${now.level}:${now.version}) will be ignored`,
      );
    return;
  }
  if (review.old && show(policyOf(review, review.old, 'enforce')) !== show(now))
    warnOfPods(review.call, name, now);
}

const MODES = ['enforce', 'audit', 'warn'];

function checkPolicy(
  errors: FieldErrors,
  { level, version }: Policy,
  field: (suffix: string) => string,
): void {
  if (!LEVELS.includes(level)) errors.invalid(field(''), level, `must be one of ${LEVELS.join(', ')}`);
  if (version !== 'latest' && !/^v1\.(0|[1-9]\d*)$/.test(version))
    errors.invalid(field('-version'), version, 'must be "latest" or "v1.x"');
}

/** Models pod-security-admission/admission/api/validation ValidatePodSecurityConfiguration. */
export function checkPodSecurityConfiguration(
  errors: FieldErrors,
  configuration: PodSecurityConfiguration,
): void {
  const { defaults, exemptions } = configuration;
  for (const mode of MODES) {
    const policy = {
      level: defaults[mode] || 'privileged',
      version: defaults[`${mode}-version`] || 'latest',
    };
    checkPolicy(errors, policy, (suffix) => `defaults.${mode}${suffix}`);
  }
  for (const [list, names] of Object.entries(exemptions)) {
    (names ?? []).forEach((name, i) => {
      const field = `exemptions.${list}[${i}]`;
      if (names.indexOf(name) < i) errors.duplicate(field, name);
      else if (name === '') errors.invalid(field, name, `${list.slice(0, -1)} must not be empty`);
    });
  }
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
