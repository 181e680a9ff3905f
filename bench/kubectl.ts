// Our kubectl beside the real one, against the same cluster: wall time of both, and the ratio.
//   npx tsx bench/kubectl.ts [PODS]     Needs the network once, for the real kubectl.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientFolder } from '../scripts/conformance/cluster.mjs';
import { snapshotWith } from '../scripts/conformance/kubectl/state.ts';
import { TwinShells } from '../scripts/conformance/kubectl/twins.ts';
import { report } from './report.ts';

const RUNS = 5;
const ON_NODE = 100;
const pods = Number(process.argv[2] ?? 1000);

/** Nobody acts any more, so that pods stay as they are. */
const QUIET = `
mkdir -p /root/.kube && cp /home/candidate/.kube/config /root/.kube/config
for node in node01 node02; do ssh $node systemctl stop kubelet; done
ssh controlplane 'cd /etc/kubernetes/manifests; mv kube-scheduler.yaml kube-controller-manager.yaml /root; sleep 60; systemctl stop kubelet'
`;

function pod(i: number): object {
  const metadata = { name: `pod-${i}`, labels: { app: `app-${i % 10}` } };
  const spec = {
    nodeName: i < ON_NODE ? 'node01' : 'node02',
    containers: [
      { name: 'main', image: 'nginx:1.27', resources: { requests: { cpu: '10m', memory: '8Mi' } } },
    ],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}

const many = Array.from(
  { length: 100 },
  (_, i) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: many-${i}}\ndata: {a: b}\n`,
);
const CASES: readonly (readonly [name: string, line: string])[] = [
  [`get pods -A, ${pods} pods`, 'kubectl get pods -A >/dev/null'],
  [`get pods -A -o json, ${pods} pods`, 'kubectl get pods -A -o json >/dev/null'],
  ['apply of 100 documents', 'kubectl apply -f - >/dev/null <<END\n' + many.join('---\n') + 'END\n'],
  [`describe node with ${ON_NODE} pods`, 'kubectl describe node node01 >/dev/null'],
  ['explain --recursive', 'kubectl explain pods --recursive >/dev/null'],
];

const empty = mkdtempSync(join(tmpdir(), 'examlet-bench-'));
const snapshot = await snapshotWith({
  labs: join(import.meta.dirname, '..', 'labs'),
  topology: 'three-nodes',
  scripts: [QUIET],
});
const twins = await TwinShells.start(snapshot, {
  kubectl: clientFolder('kubectl'),
  files: empty,
  apart: true,
});
try {
  for (const world of twins.worlds)
    for (let i = 0; i < pods; i++) {
      const { status, text } = world.request('POST', '/api/v1/namespaces/default/pods', pod(i));
      if (status >= 400) throw new Error(text);
    }
  const rows: [string, string][] = [];
  for (const [name, line] of CASES) {
    const seconds = { real: [] as number[], ours: [] as number[] };
    for (let run = 0; run < RUNS; run++)
      for (const side of ['real', 'ours'] as const)
        seconds[side].push((await twins.runOne(side, line)).seconds);
    const best = { real: Math.min(...seconds.real), ours: Math.min(...seconds.ours) };
    const ms = (value: number) => `${(value * 1000).toFixed(0)} ms`;
    rows.push([name, `${ms(best.ours)}, real ${ms(best.real)}, ratio ${(best.ours / best.real).toFixed(2)}`]);
  }
  report(`kubectl, best of ${RUNS}`, rows);
} finally {
  await twins.close();
  rmSync(empty, { recursive: true });
}
process.exit(0);
