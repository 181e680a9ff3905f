import { FieldErrors } from '../../../../objects/field-error.ts';
import type { KubeObject } from '../../../../objects/object.ts';
import { equalValues } from '../../../../objects/values.ts';
import { annotate, warn } from '../../call.ts';
import { forbidden, invalid } from '../../errors.ts';
import type { AdmissionPlugin, Review } from '../admission.ts';
import { showViolations, violations } from './checks.ts';
import { checkLabels, compact, isStricter, type LevelVersion, policyOf, samePolicy, show } from './policy.ts';

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

/** Subresources of pods that say what may run. */
const JUDGED_SUBRESOURCES = ['', 'ephemeralcontainers', 'resize'];

/** Keys of the audit log begin with it. */
const PREFIX = 'pod-security.kubernetes.io/';

/** Pods keep to the standard that their namespace's labels name. Models pod-security-admission/admission. */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  validate(review) {
    const { served, operation, object, subresource } = review;
    if (!object || (operation !== 'CREATE' && operation !== 'UPDATE')) return;
    if (served.group === '' && served.resource === 'namespaces') {
      if (subresource === '') checkNamespace(review, object);
    } else if (served.group === '' && served.resource === 'pods') {
      if (JUDGED_SUBRESOURCES.includes(subresource)) checkPod(review, object);
    } else if (subresource === '') {
      const template = TEMPLATES[served.resource]?.(object);
      if (template?.spec) evaluate(review, template, false);
    }
  },
};

function configurationOf({ call }: Review) {
  return call.server.admissionConfiguration.podSecurity;
}

/** What makes a request exempt, if anything does. */
function exemption(review: Review, pod: { spec?: any }): string | undefined {
  const { namespaces, usernames, runtimeClasses } = configurationOf(review)?.exemptions ?? {};
  if (namespaces?.includes(review.namespace)) return 'namespace';
  if (usernames?.includes(review.call.user.name)) return 'user';
  const runtimeClass = pod.spec?.runtimeClassName;
  return runtimeClass && runtimeClasses?.includes(runtimeClass) ? 'runtimeClass' : undefined;
}

function violationsOf(policy: LevelVersion, pod: { metadata?: any; spec?: any }): string {
  return showViolations(violations(policy, pod));
}

/** Of what changes in a pod, images and new ephemeral containers matter. Models isSignificantPodUpdate. */
function isSignificant(pod: any, old: any): boolean {
  const images = ({ spec }: any) =>
    ['containers', 'initContainers', 'ephemeralContainers'].map((list) =>
      (spec[list] ?? []).map(({ name, image }: any) => [name, image]),
    );
  return !equalValues(images(pod), images(old));
}

function checkPod(review: Review, pod: KubeObject): void {
  if (review.operation === 'UPDATE' && review.old && !isSignificant(pod, review.old)) return;
  evaluate(review, pod, true);
}

/** Refuses what is enforced, notes what is audited, tells what is warned of. Models EvaluatePod. */
function evaluate(review: Review, pod: { metadata?: any; spec?: any }, enforced: boolean): void {
  const { call, served, name, namespace } = review;
  const exempt = exemption(review, pod);
  if (exempt) {
    annotate(call, `${PREFIX}exempt`, exempt);
    return;
  }
  const { labels } = call.server.store.log.get(`/registry/namespaces/${namespace}`)?.value.metadata ?? {};
  const policy = policyOf(labels, configurationOf(review)?.defaults);
  if (enforced) annotate(call, `${PREFIX}enforce-policy`, show(policy.enforce));
  const wrong = enforced ? violationsOf(policy.enforce, pod) : '';
  const audited = violationsOf(policy.audit, pod);
  if (audited) {
    const text = `would violate PodSecurity "${show(policy.audit)}": ${audited}`;
    annotate(call, `${PREFIX}audit-violations`, text);
  }
  if (wrong) throw forbidden(served, name, `violates PodSecurity "${show(policy.enforce)}": ${wrong}`);
  const warned = violationsOf(policy.warn, pod);
  if (warned) warn(call, `would violate PodSecurity "${show(policy.warn)}": ${warned}`);
}

/** Models ValidateNamespace. */
function checkNamespace(review: Review, namespace: KubeObject): void {
  const { call, served, old } = review;
  const { name, labels = {} } = namespace.metadata;
  const [errors, before] = [new FieldErrors(), new FieldErrors()];
  checkLabels(errors, labels);
  checkLabels(before, old?.metadata.labels);
  if (!errors.empty && !equalValues(errors.list, before.list)) throw invalid(served.kind, name, errors.list);
  const { defaults, exemptions } = configurationOf(review) ?? {};
  const policy = policyOf(labels, defaults);
  const earlier = policyOf(old?.metadata.labels, defaults);
  if (old && !tightens(policy.enforce, earlier.enforce)) return;
  if (exemptions?.namespaces?.includes(name)) {
    const shown = compact(policy, labels);
    if (shown)
      warn(
        call,
        `namespace ${JSON.stringify(name)} is exempt from Pod Security, and the policy (${shown}) will be ignored`,
      );
  } else if (old) warnOfPods(call, name, policy.enforce);
}

function tightens(policy: LevelVersion, earlier: LevelVersion): boolean {
  if (policy.level === 'privileged' || samePolicy(policy, earlier)) return false;
  return policy.version !== earlier.version || isStricter(policy, earlier);
}

/** Pods that are there already stay; whoever tightens the level is told of them. */
function warnOfPods(call: Review['call'], namespace: string, policy: LevelVersion): void {
  const byText = new Map<string, string[]>();
  for (const { value } of call.server.store.log.list(`/registry/pods/${namespace}/`)) {
    const reasons = violations(policy, value)
      .map(({ reason }) => reason)
      .join(', ');
    if (reasons) byText.set(reasons, [...(byText.get(reasons) ?? []), value.metadata.name]);
  }
  if (byText.size === 0) return;
  warn(
    call,
    `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level "${show(policy)}"`,
  );
  const lines = [...byText].map(([reasons, [first, ...others]]) => {
    const more =
      others.length === 0 ? '' : ` (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`;
    return `${first}${more}: ${reasons}`;
  });
  for (const line of lines.sort()) warn(call, line);
}
