/** A cluster that somebody broke: how, what is to be seen of it, what does not help, what does. */
export interface BrokenCase {
  readonly name: string;
  /** `three-nodes` when it does not say. */
  readonly topology?: string;
  /** Commands on the candidate's host. */
  readonly breaks: string;
  /** Virtual seconds until all symptoms show. */
  readonly after: number;
  /** A command and what its output must match. */
  readonly symptoms: readonly (readonly [command: string, shows: RegExp])[];
  /** What people try that does not heal it, in this order. */
  readonly vain: readonly string[];
  readonly repair: string;
  /** Virtual seconds after which the repair must have healed it. */
  readonly within: number;
  /** Shows that it works, and not before the repair. */
  readonly healthy: readonly [command: string, shows: RegExp];
}

export const MANIFESTS = '/etc/kubernetes/manifests';
export const on = (host: string, script: string) => `ssh ${host} sudo bash -s <<'X'\n${script}\nX`;
export const READY = (node: string): readonly [string, RegExp] => [
  `kubectl get node ${node} --no-headers`,
  /^\S+ +Ready /,
];
export const NODES: readonly [string, RegExp] = ['kubectl get nodes --no-headers | wc -l', /^3$/];
export const WEB: readonly [string, RegExp] = [
  'kubectl exec client -- wget -qO- -T 3 web | grep -o "<title>.*</title>"',
  /Welcome to nginx/,
];
export const pod = (name: string, spec: string) =>
  `kubectl apply -f - <<'X'\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: ${spec}\nX`;
export const running = (name: string): readonly [string, RegExp] => [
  `kubectl get pod ${name} --no-headers`,
  /^\S+ +1\/1 +Running/,
];
