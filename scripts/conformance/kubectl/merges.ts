// Strategic merges (`kubectl patch --local`) and three-way merges (`kubectl apply` over an object that somebody changed
// meanwhile) of random objects, by the real kubectl and by ours. What differs is printed; the same seed finds it again.
// usage: npx tsx scripts/conformance/kubectl/merges.ts [--seed N] [--patches N] [--applies N]
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { clientFolder } from '../cluster.mjs';
import { difference } from './compare.ts';
import { deployments, patchOf, services } from './random-objects.ts';
import { snapshotWith } from './state.ts';
import { TwinShells } from './twins.ts';

type Fields = Record<string, unknown>;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    patches: { type: 'string', default: '300' },
    applies: { type: 'string', default: '100' },
  },
});
const seed = Number(values.seed);
/** Command lines that are run at a time. */
const AT_ONCE = 4;
/** What both add to an object that is applied. */
const OWN = "sed '/^  clusterIP:/,+2d' | grep -v 'last-applied-configuration: |' | grep -v '^      {\"'";

const quoted = (value: unknown) => `'${JSON.stringify(value).replaceAll("'", "'\\''")}'`;
const document = (value: unknown) => `<<< ${quoted(value)}`;

function patchLine([object, patch]: readonly [Fields, Fields]): string {
  return `kubectl patch --local -f - -p ${quoted(patch)} -o yaml ${document(object)}`;
}

/** Applied, changed by somebody else, applied again in a new form. */
function applyLine([before, patch, after]: readonly [Fields, Fields, Fields], name: string): string {
  const called = (object: Fields) => ({ ...object, metadata: { ...(object['metadata'] as Fields), name } });
  const target = `${String(before['kind']).toLowerCase()}/${name}`;
  return [
    `kubectl apply -f - ${document(called(before))}`,
    `kubectl patch ${target} -p ${quoted(patch)}`,
    `kubectl apply -f - ${document(called(after))}`,
    `kubectl get ${target} -o yaml | sed '/^status:/,$d' | ${OWN}`,
    `kubectl delete ${target} --wait=false`,
  ].join('; ');
}

const mergeable = fc
  .oneof(deployments, services)
  .chain((object) => fc.tuple(fc.constant(object), patchOf(object)));
const applied = fc
  .oneof(fc.tuple(deployments, deployments, deployments), fc.tuple(services, services, services))
  .chain(([before, other, after]) =>
    fc.tuple(fc.constant(before), patchOf(other, { directives: false }), fc.constant(after)),
  );
const lines = [
  ...fc.sample(mergeable, { seed, numRuns: Number(values.patches) }).map(patchLine),
  ...fc
    .sample(applied, { seed, numRuns: Number(values.applies) })
    .map((three, i) => applyLine(three, `o${i}`)),
];

const root = join(import.meta.dirname, '..', '..', '..');
const started = Date.now();
const snapshot = await snapshotWith({ labs: join(root, 'labs'), topology: 'reference', scripts: [] });
const twins = await TwinShells.start(snapshot, {
  kubectl: clientFolder('kubectl'),
  files: join(import.meta.dirname, 'files'),
  apart: true,
});
let differing = 0;
const todo = lines.values();
const worker = async () => {
  for (const line of todo) {
    const both = await twins.run(line);
    const found = difference(both, { apart: true });
    // Which of several wrong lists is told of first is Go's to draw.
    const isOrder = ({ stderr }: { stderr: string }) => stderr.startsWith('error: The order in patch list:');
    if (!found || (isOrder(both.real) && isOrder(both.ours))) continue;
    differing++;
    console.log(`${line.replaceAll('; kubectl', ';\n  kubectl')}\n${found}\n`);
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, worker));
await twins.close();
const seconds = ((Date.now() - started) / 1000).toFixed(0);
console.log(`seed ${seed}: ${lines.length - differing} of ${lines.length} merges agree, ${seconds} s`);
process.exit(differing === 0 ? 0 : 1);
