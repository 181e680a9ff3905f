import {
  isTolerated,
  nodeTerm,
  nodeTermMatches,
  requiredNodeMatches,
  untolerated,
} from '../../client/placement.ts';
import { normalize, type Plugin, reject } from '../framework.ts';

const UNSCHEDULABLE_TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
const HARD_EFFECTS = ['NoSchedule', 'NoExecute'];

// Models pkg/scheduler/framework/plugins/nodeunschedulable
const UNSCHEDULABLE = reject('NodeUnschedulable', 'node(s) were unschedulable', true);
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  filter: ({ pod }) => {
    if (isTolerated(pod.tolerations, UNSCHEDULABLE_TAINT)) return undefined;
    return ({ unschedulable }) => (unschedulable ? UNSCHEDULABLE : undefined);
  },
  retryOn: ['node-added', 'node-taints'],
  mayHelp: (_, event) => 'node' in event && !event.node.spec?.unschedulable,
};

// Models pkg/scheduler/framework/plugins/nodename
const WRONG_NAME = reject('NodeName', "node(s) didn't match the requested node name", true);
export const nodeName: Plugin = {
  name: 'NodeName',
  filter: ({ pod }) => {
    const wanted = pod.pod.spec.nodeName;
    return wanted ? ({ name }) => (name === wanted ? undefined : WRONG_NAME) : undefined;
  },
  retryOn: ['node-added'],
};

// Models pkg/scheduler/framework/plugins/tainttoleration
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  filter:
    ({ pod }) =>
    ({ taints }) => {
      if (taints.length === 0) return undefined;
      const taint = untolerated(taints, pod.tolerations, HARD_EFFECTS);
      if (!taint) return undefined;
      const text = `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
      return reject('TaintToleration', text, true);
    },
  score: ({ pod }, nodes) => {
    let any = false;
    const soft = pod.tolerations.filter(({ effect }) => !effect || effect === 'PreferNoSchedule');
    const scores = nodes.map(({ taints }) => {
      let count = 0;
      for (const taint of taints) {
        if (taint.effect === 'PreferNoSchedule' && !isTolerated(soft, taint)) count++;
      }
      any ||= count > 0;
      return count;
    });
    return any ? normalize(scores, true) : undefined;
  },
  retryOn: ['node-added', 'node-taints'],
  mayHelp: (pod, event) =>
    'node' in event && !untolerated(event.node.spec?.taints, pod.tolerations, HARD_EFFECTS),
};

// Models pkg/scheduler/framework/plugins/nodeaffinity
const NO_MATCH = reject('NodeAffinity', "node(s) didn't match Pod's node affinity/selector", true);
const NO_ADDED_MATCH = reject('NodeAffinity', "node(s) didn't match scheduler-enforced node affinity", true);
const SOFT = 'preferredDuringSchedulingIgnoredDuringExecution';
const HARD = 'requiredDuringSchedulingIgnoredDuringExecution';

export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  candidates: ({ pod }) => {
    const terms = pod.node?.terms;
    if (!terms || terms.length === 0) return undefined;
    const names = new Set<string>();
    for (const { fields } of terms) {
      const named = fields.filter(({ key, operator }) => key === 'metadata.name' && operator === 'In');
      if (named.length === 0) return undefined;
      for (const name of named[0]?.values ?? []) {
        if (named.every(({ values }) => values.includes(name))) names.add(name);
      }
    }
    return names;
  },
  filter: ({ pod, args }) => {
    const required = pod.node;
    const added = args.addedAffinity?.[HARD]?.nodeSelectorTerms?.map(nodeTerm) as
      | ReturnType<typeof nodeTerm>[]
      | undefined;
    if (!required && !added) return undefined;
    return ({ node }) => {
      if (added && !added.some((term) => nodeTermMatches(term, node))) return NO_ADDED_MATCH;
      return required && !requiredNodeMatches(required, node) ? NO_MATCH : undefined;
    };
  },
  score: ({ pod, args }, nodes) => {
    const added = (args.addedAffinity?.[SOFT] ?? []).map((term: any) => ({
      weight: term.weight,
      term: nodeTerm(term.preference),
    }));
    const terms = [...pod.preferredNodes, ...added];
    if (terms.length === 0) return undefined;
    const scores = nodes.map(({ node }) => {
      let sum = 0;
      for (const { weight, term } of terms) if (nodeTermMatches(term, node)) sum += weight;
      return sum;
    });
    return normalize(scores);
  },
  retryOn: ['node-added', 'node-labels'],
  mayHelp: (pod, event) => 'node' in event && (!pod.node || requiredNodeMatches(pod.node, event.node)),
};

// Models pkg/scheduler/framework/plugins/nodeports
const NO_PORTS = reject('NodePorts', "node(s) didn't have free ports for the requested pod ports", false);
export const nodePorts: Plugin = {
  name: 'NodePorts',
  filter: ({ pod }) =>
    pod.ports.length > 0 ? (node) => (node.hasPortConflict(pod.ports) ? NO_PORTS : undefined) : undefined,
  retryOn: ['node-added', 'pod-removed'],
  mayHelp: (_, event) => !('pod' in event) || event.pod.ports.length > 0,
};

// Models pkg/scheduler/framework/plugins/imagelocality
const MIN_BYTES = 23 * 1024 * 1024;
const MAX_BYTES_PER_CONTAINER = 1000 * 1024 * 1024;

export const imageLocality: Plugin = {
  name: 'ImageLocality',
  score: ({ pod, view }, nodes) => {
    const { spec } = pod.pod;
    const images: string[] = [...(spec.initContainers ?? []), ...spec.containers].map((c: any) =>
      normalName(c.image),
    );
    const spread = view.cache.imageSpread;
    if (!images.some((image) => spread.has(image))) return undefined;
    const total = view.cache.nodes.length;
    const max = MAX_BYTES_PER_CONTAINER * images.length;
    return nodes.map((node) => {
      let sum = 0;
      for (const image of images) {
        const bytes = node.images.get(image);
        if (bytes !== undefined) sum += Math.floor(bytes * ((spread.get(image) ?? 0) / total));
      }
      const bounded = Math.min(Math.max(sum, MIN_BYTES), max);
      return Math.floor((100 * (bounded - MIN_BYTES)) / (max - MIN_BYTES));
    });
  },
};

/** `nginx` is `nginx:latest`, as nodes report it. */
function normalName(image: string | undefined): string {
  const name = image ?? '';
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
}
