import { CorefileError, type Directive, type ServerBlock } from './corefile.ts';

/** Words that may begin a line in a plugin's block; plugins that are not here take none. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  kubernetes:
    'endpoint tls kubeconfig namespaces labels pods endpoint_pod_names ttl noendpoints transfer fallthrough ignore namespace_labels apiserver_qps apiserver_burst apiserver_max_inflight'.split(
      ' ',
    ),
  forward:
    'except force_tcp prefer_udp expire max_fails max_connect_attempts tls tls_servername policy health_check max_concurrent next failfast_all_unhealthy_upstreams failover'.split(
      ' ',
    ),
  cache: 'success denial prefetch serve_stale servfail disable keepttl'.split(' '),
  health: ['lameduck'],
  errors: ['stacktrace', 'consolidate', 'show_first'],
  log: ['class'],
  template: 'match answer additional authority rcode ederror fallthrough upstream'.split(' '),
  file: ['reload', 'fallthrough', 'upstream'],
  auto: ['directory', 'reload', 'upstream'],
  k8s_external: ['apex', 'ttl', 'headless', 'fallthrough'],
  erratic: ['drop', 'truncate', 'delay', 'large'],
  loop: [],
  reload: [],
  ready: [],
  loadbalance: [],
  prometheus: [],
};

/** Plugins that answer, or that need not do anything to be true. */
const SIMULATED = new Set(
  'errors log health ready kubernetes prometheus forward cache loop reload loadbalance hosts rewrite template file auto acl local autopath k8s_external erratic whoami bufsize debug nsid root bind minimal any pprof cancel'.split(
    ' ',
  ),
);

/** What the plugins' own setup refuses. Models setup.go of each. Throws CorefileError. */
export function checkBlocks(blocks: readonly ServerBlock[], path: string): void {
  const seen = new Set<string>();
  for (const block of blocks) {
    if (seen.has(block.key))
      throw new CorefileError(`cannot serve dns://${block.key} - it is already defined`);
    seen.add(block.key);
    for (const directive of block.directives) checkDirective(directive, path);
  }
}

function checkDirective(directive: Directive, path: string): void {
  const { name, line, args, block } = directive;
  const fail = (why: string, at = line) =>
    new CorefileError(`plugin/${name}: ${path}:${at} - Error during parsing: ${why}`);
  if (!SIMULATED.has(name)) throw new CorefileError(`plugin/${name}: not simulated here`);
  const known = OPTIONS[name];
  const unknown = known && block.find(([word = '']) => !known.includes(word));
  if (unknown) throw fail(`unknown property '${unknown[0]}'`, line + 1 + block.indexOf(unknown));
  if (name === 'forward') checkForward(directive, fail);
  if (name === 'kubernetes') checkKubernetes(directive, fail);
  if (name === 'cache' && args[0] !== undefined && /^-?\d+$/.test(args[0]) && Number(args[0]) <= 0)
    throw fail(`cache TTL can not be zero or negative: ${args[0]}`);
  if (['loop', 'ready', 'loadbalance'].includes(name) && args.length > 1)
    throw fail(`Wrong argument count or unexpected line ending after '${args.at(-1)}'`);
}

type Fail = (why: string) => CorefileError;

function checkForward({ args, block }: Directive, fail: Fail): void {
  if (args.length < 2)
    throw fail(`Wrong argument count or unexpected line ending after '${args[0] ?? 'forward'}'`);
  for (const to of args.slice(1)) {
    const host = to.replace(/^(dns|tls):\/\//, '');
    if (!host.startsWith('/') && !/^(\d{1,3}(\.\d{1,3}){3}|\[?[\da-fA-F:]+\]?)(:\d+)?$/.test(host))
      throw new CorefileError(`plugin/forward: not an IP address or file: "${to}"`);
  }
  const policy = block.find(([word]) => word === 'policy')?.[1];
  if (policy !== undefined && !['random', 'round_robin', 'sequential'].includes(policy))
    throw fail(`unknown policy '${policy}'`);
}

function checkKubernetes({ block }: Directive, fail: Fail): void {
  const pods = block.find(([word]) => word === 'pods');
  if (pods && !['disabled', 'insecure', 'verified'].includes(pods[1] ?? ''))
    throw fail(`pods must be one of: disabled, verified, insecure`);
  const ttl = block.find(([word]) => word === 'ttl')?.[1];
  if (ttl !== undefined && !(Number(ttl) >= 0 && Number(ttl) <= 3600))
    throw fail(`ttl must be in range [0, 3600]: ${ttl}`);
}
