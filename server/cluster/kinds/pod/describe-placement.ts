import { formatLabelSelector } from '../columns.ts';
import { annotationLines, labelLines } from '../describe/common.ts';
import type { DescribeWriter } from '../describe/writer.ts';
import { containerLines } from './describe-containers.ts';
import { volumeLines } from './describe-volumes.ts';

/** Models kubectl pkg/describe printPodTolerationsMultiline. */
export function tolerationLines(w: DescribeWriter, tolerations: readonly any[] = [], indent = ''): void {
  w.write(0, `${indent}Tolerations:\t`);
  if (tolerations.length === 0) w.line(0, '<none>');
  const key = (toleration: any) => toleration.key ?? '';
  const sorted = [...tolerations].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  sorted.forEach((toleration, i) => {
    w.line(0, `${i > 0 ? `${indent}\t` : ''}${tolerationText(toleration)}`);
  });
}

function tolerationText({ key = '', value = '', effect = '', operator, tolerationSeconds }: any): string {
  let text = key;
  if (value !== '') text += `=${value}`;
  if (effect !== '') text += `:${effect}`;
  if (operator === 'Exists' && value === '') text += text === '' ? 'op=Exists' : ' op=Exists';
  return tolerationSeconds === undefined ? text : `${text} for ${tolerationSeconds}s`;
}

export function spreadLines(w: DescribeWriter, constraints: readonly any[] = [], indent = ''): void {
  if (constraints.length === 0) return;
  const sorted = [...constraints].sort((a, b) => (a.topologyKey < b.topologyKey ? -1 : 1));
  sorted.forEach(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }, i) => {
    const start = i === 0 ? `${indent}Topology Spread Constraints:\t` : `${indent}\t`;
    const selector = labelSelector ? ` for selector ${formatLabelSelector(labelSelector)}` : '';
    w.line(0, `${start}${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`);
  });
}

/** Models kubectl pkg/describe DescribePodTemplate. */
export function templateLines(w: DescribeWriter, template: any): void {
  w.line(0, 'Pod Template:');
  if (!template) {
    w.write(1, '<unset>');
    return;
  }
  const { metadata = {}, spec = {} } = template;
  labelLines(w, 'Labels', metadata.labels, '  ');
  if (Object.keys(metadata.annotations ?? {}).length > 0) {
    annotationLines(w, 'Annotations', metadata.annotations, '  ');
  }
  if (spec.serviceAccountName) w.line(1, `Service Account:\t${spec.serviceAccountName}`);
  if ((spec.initContainers ?? []).length > 0) {
    containerLines(w, 'Init Containers', spec.initContainers, { indent: '  ' });
  }
  containerLines(w, 'Containers', spec.containers, { indent: '  ' });
  volumeLines(w, spec.volumes, '  ');
  spreadLines(w, spec.topologySpreadConstraints, '  ');
  if (spec.priorityClassName) w.line(1, `Priority Class Name:\t${spec.priorityClassName}`);
  labelLines(w, 'Node-Selectors', spec.nodeSelector, '  ');
  tolerationLines(w, spec.tolerations, '  ');
}
