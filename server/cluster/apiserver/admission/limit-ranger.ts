import type { KubeObject } from '../../../objects/object.ts';
import { compareQuantities, milliValue, quantityValue } from '../../../objects/quantity.ts';
import { podSum } from '../../kinds/resource-quota/usage.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin, Review } from './admission.ts';
import { isPodCreation } from './service-account.ts';

type Amounts = Record<string, string>;

interface LimitItem {
  readonly type: string;
  readonly max?: Amounts;
  readonly min?: Amounts;
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
  readonly maxLimitRequestRatio?: Amounts;
}

/** Fills in and checks requests and limits by the LimitRanges of a namespace. Models plugin/pkg/admission/limitranger. */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  admit(review) {
    if (!isPodCreation(review) || !review.object) return;
    for (const range of rangesOf(review)) setDefaults(review.object, itemsOf(range));
  },
  validate(review) {
    const { object, served, name } = review;
    if (!object || !(isPodCreation(review) || isResize(review) || isClaimWrite(review))) return;
    for (const range of rangesOf(review)) {
      const all = served.resource === 'pods' ? podProblems(object, range) : claimProblems(object, range);
      const problems = [...new Set(all)];
      if (problems.length === 0) continue;
      throw forbidden(
        served,
        name,
        problems.length === 1 ? (problems[0] as string) : `[${problems.join(', ')}]`,
      );
    }
  },
};

function isResize({ served, subresource }: Review): boolean {
  return served.group === '' && served.resource === 'pods' && subresource === 'resize';
}

function isClaimWrite({ served, operation, subresource }: Review): boolean {
  return served.resource === 'persistentvolumeclaims' && operation !== 'DELETE' && subresource === '';
}

function rangesOf({ call, namespace }: Review): KubeObject[] {
  return call.server.store.log.list(`/registry/limitranges/${namespace}/`).map(({ value }) => value);
}

function itemsOf(range: KubeObject): LimitItem[] {
  return range.spec?.limits ?? [];
}

function setDefaults(pod: KubeObject, items: readonly LimitItem[]): void {
  const requests: Amounts = {};
  const limits: Amounts = {};
  for (const item of items) {
    if (item.type !== 'Container') continue;
    Object.assign(requests, item.defaultRequest);
    Object.assign(limits, item.default);
  }
  const notes: string[] = [];
  const apply = (container: any, kind: string) => {
    const resources = container.resources ?? {};
    container.resources = resources;
    for (const [part, defaults, word] of [
      ['requests', requests, 'request'],
      ['limits', limits, 'limit'],
    ] as const) {
      const missing = Object.keys(defaults)
        .filter((name) => resources[part]?.[name] === undefined)
        .sort();
      if (missing.length === 0) continue;
      resources[part] = {
        ...resources[part],
        ...Object.fromEntries(missing.map((name) => [name, defaults[name]])),
      };
      notes.push(`${missing.join(', ')} ${word} for ${kind} ${container.name}`);
    }
  };
  for (const container of pod.spec.containers ?? []) apply(container, 'container');
  for (const container of pod.spec.initContainers ?? []) apply(container, 'init container');
  if (notes.length === 0) return;
  const note = `LimitRanger plugin set: ${notes.join('; ')}`;
  pod.metadata.annotations = { ...pod.metadata.annotations, 'kubernetes.io/limit-ranger': note };
}

function podProblems(pod: KubeObject, range: KubeObject): string[] {
  const containers: any[] = pod.spec.containers ?? [];
  const all = [...containers, ...(pod.spec.initContainers ?? [])];
  const problems: string[] = [];
  for (const item of itemsOf(range)) {
    if (item.type === 'Container') {
      for (const { resources } of all)
        check(item, resources?.requests ?? {}, resources?.limits ?? {}, problems);
    }
    if (item.type === 'Pod') check(item, podSum(pod, 'requests'), podSum(pod, 'limits'), problems);
  }
  return problems;
}

function check(item: LimitItem, requests: Amounts, limits: Amounts, problems: string[]): void {
  const each = (amounts: Amounts | undefined, rule: typeof minimumProblem) => {
    for (const [name, bound] of Object.entries(amounts ?? {}).sort()) {
      const problem = rule(item.type, name, bound, requests[name], limits[name]);
      if (problem) problems.push(problem);
    }
  };
  each(item.min, minimumProblem);
  each(item.max, maximumProblem);
  each(item.maxLimitRequestRatio, ratioProblem);
}

type Rule = (
  type: string,
  name: string,
  bound: string,
  request: string | undefined,
  limit: string | undefined,
) => string | undefined;

const minimumProblem: Rule = (type, name, bound, request, limit) => {
  const text = `minimum ${name} usage per ${type} is ${bound}`;
  if (request === undefined) return `${text}.  No request is specified`;
  if (compareQuantities(request, bound) < 0) return `${text}, but request is ${request}`;
  return limit !== undefined && compareQuantities(limit, bound) < 0
    ? `${text}, but limit is ${limit}`
    : undefined;
};

const maximumProblem: Rule = (type, name, bound, request, limit) => {
  const text = `maximum ${name} usage per ${type} is ${bound}`;
  if (limit === undefined) return `${text}.  No limit is specified`;
  if (compareQuantities(limit, bound) > 0) return `${text}, but limit is ${limit}`;
  return request !== undefined && compareQuantities(request, bound) > 0
    ? `${text}, but request is ${request}`
    : undefined;
};

const ratioProblem: Rule = (type, name, bound, request, limit) => {
  const text = `${name} max limit to request ratio per ${type} is ${bound}, but`;
  if (!request || quantityValue(request) === 0) return `${text} no request is specified or request is 0`;
  if (!limit || quantityValue(limit) === 0) return `${text} no limit is specified or limit is 0`;
  const ratio = milliValue(limit) / milliValue(request);
  return ratio * 1000 > milliValue(bound) ? `${text} provided ratio is ${ratio.toFixed(6)}` : undefined;
};

/** Claims are bounded by what they request. */
function claimProblems(claim: KubeObject, range: KubeObject): string[] {
  const requests: Amounts = claim.spec?.resources?.requests ?? {};
  const problems: string[] = [];
  for (const { type, min, max } of itemsOf(range)) {
    if (type !== 'PersistentVolumeClaim') continue;
    for (const [name, bound] of Object.entries(min ?? {}).sort()) {
      const problem = minimumProblem(type, name, bound, requests[name], undefined);
      if (problem) problems.push(problem);
    }
    for (const [name, bound] of Object.entries(max ?? {}).sort()) {
      const text = `maximum ${name} usage per ${type} is ${bound}`;
      const request = requests[name];
      if (request === undefined) problems.push(`${text}.  No request is specified`);
      else if (compareQuantities(request, bound) > 0) problems.push(`${text}, but request is ${request}`);
    }
  }
  return problems;
}
