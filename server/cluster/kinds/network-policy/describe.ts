import { formatLabelSelector } from '../columns.ts';
import { annotationLines, goTime, labelLines } from '../describe/common.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';

/** Models kubectl pkg/describe describeNetworkPolicy. */
export function describeNetworkPolicy({ metadata, spec = {} }: any): string {
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Namespace:\t${metadata.namespace}`);
    w.line(0, `Created on:\t${goTime(metadata.creationTimestamp)}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    w.line(0, 'Spec:');
    w.write(1, 'PodSelector: ');
    const selector = formatLabelSelector(spec.podSelector);
    w.line(
      2,
      selector === '<none>'
        ? '<none> (Allowing the specific traffic to all pods in this namespace)'
        : selector,
    );
    const types: string[] = spec.policyTypes ?? [];
    directionLines(w, { word: 'ingress', on: types.includes('Ingress'), rules: spec.ingress, from: true });
    directionLines(w, { word: 'egress', on: types.includes('Egress'), rules: spec.egress, from: false });
    w.line(1, `Policy Types: ${types.join(', ')}`);
  });
}

interface Direction {
  readonly word: string;
  readonly on: boolean;
  readonly rules: readonly any[] | undefined;
  readonly from: boolean;
}

function directionLines(w: DescribeWriter, { word, on, rules = [], from }: Direction): void {
  if (!on) {
    w.line(1, `Not affecting ${word} traffic`);
    return;
  }
  w.line(1, `Allowing ${word} traffic:`);
  if (rules.length === 0) w.line(2, `<none> (Selected pods are isolated for ${word} connectivity)`);
  rules.forEach((rule, i) => {
    portLines(w, rule.ports);
    peerLines(w, from ? rule.from : rule.to, from);
    if (i < rules.length - 1) w.line(2, '----------');
  });
}

function portLines(w: DescribeWriter, ports: readonly any[] = []): void {
  if (ports.length === 0) w.line(2, 'To Port: <any> (traffic allowed to all ports)');
  for (const { port, endPort, protocol = 'TCP' } of ports) {
    if (endPort === undefined) w.line(2, `To Port: ${port ?? '<nil>'}/${protocol}`);
    else w.line(2, `To Port Range: ${port}-${endPort}/${protocol}`);
  }
}

function peerLines(w: DescribeWriter, peers: readonly any[] = [], from: boolean): void {
  const word = from ? 'From' : 'To';
  if (peers.length === 0) {
    w.line(2, `${word}: <any> (traffic not restricted by ${from ? 'source' : 'destination'})`);
  }
  for (const { podSelector, namespaceSelector, ipBlock } of peers) {
    w.line(2, `${word}:`);
    if (podSelector && namespaceSelector) {
      w.line(3, `NamespaceSelector: ${formatLabelSelector(namespaceSelector)}`);
      w.line(3, `PodSelector: ${formatLabelSelector(podSelector)}`);
    } else if (podSelector) w.line(3, `PodSelector: ${formatLabelSelector(podSelector)}`);
    else if (namespaceSelector) w.line(3, `NamespaceSelector: ${formatLabelSelector(namespaceSelector)}`);
    else if (ipBlock) {
      w.line(3, 'IPBlock:');
      w.line(4, `CIDR: ${ipBlock.cidr}`);
      w.line(4, `Except: ${(ipBlock.except ?? []).join(', ')}`);
    }
  }
}
