import { matches, type Requirement, type Selector } from '../../objects/label-selector.ts';
import type { KubeObject } from '../../objects/object.ts';

export interface Taint {
  key: string;
  value?: string;
  effect: string;
  timeAdded?: string;
}

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

/** Models component-helpers or api/core/v1 Toleration ToleratesTaint */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return (
    (!toleration.operator || toleration.operator === 'Equal') &&
    (toleration.value ?? '') === (taint.value ?? '')
  );
}

export function isTolerated(tolerations: readonly Toleration[], taint: Taint): boolean {
  for (const toleration of tolerations) if (tolerates(toleration, taint)) return true;
  return false;
}

/** The first taint of one of `effects` that no toleration covers. */
export function untolerated(
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[],
  effects: readonly string[],
): Taint | undefined {
  return taints?.find((taint) => effects.includes(taint.effect) && !isTolerated(tolerations, taint));
}

/** A `nodeSelectorTerm`, ready to be matched. */
export interface NodeTerm {
  readonly labels: Selector;
  /** Only `metadata.name` can be asked for. */
  readonly fields: Selector;
}

export function nodeTerm(term: any): NodeTerm {
  return { labels: requirements(term.matchExpressions), fields: requirements(term.matchFields) };
}

function requirements(expressions: any[] | undefined): Requirement[] {
  return (expressions ?? []).map(({ key, operator, values }) => ({ key, operator, values: values ?? [] }));
}

/** Models component-helpers/scheduling/corev1/nodeaffinity: an empty term matches nothing. */
export function nodeTermMatches(term: NodeTerm, node: KubeObject): boolean {
  if (term.labels.length === 0 && term.fields.length === 0) return false;
  if (!matches(term.labels, node.metadata.labels)) return false;
  return term.fields.length === 0 || matches(term.fields, { 'metadata.name': node.metadata.name });
}

/** A `nodeSelector` object: any of its terms. */
export function nodeSelectorMatches(selector: any, node: KubeObject): boolean {
  return (selector.nodeSelectorTerms ?? []).some((term: any) => nodeTermMatches(nodeTerm(term), node));
}

/** What a pod's nodeSelector and required node affinity ask of a node; undefined: nothing. */
export interface RequiredNode {
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly terms: readonly NodeTerm[] | undefined;
}

export function requiredNode(podSpec: any): RequiredNode | undefined {
  const required = podSpec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const labels = podSpec.nodeSelector;
  if (!required && (!labels || Object.keys(labels).length === 0)) return undefined;
  return { labels, terms: required ? (required.nodeSelectorTerms ?? []).map(nodeTerm) : undefined };
}

/** Models nodeaffinity.RequiredNodeAffinity Match */
export function requiredNodeMatches(required: RequiredNode, node: KubeObject): boolean {
  for (const key in required.labels) {
    if (node.metadata.labels?.[key] !== required.labels[key]) return false;
  }
  return required.terms === undefined || required.terms.some((term) => nodeTermMatches(term, node));
}
