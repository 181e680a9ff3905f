import { expect, test } from 'vitest';
import { FunctionFile, Host, Network, type Program } from '../../host/index.ts';
import { Clock, Random } from '../../sim/index.ts';
import { clusterPrograms } from '../programs.ts';
import { LogRegistry } from '../store/registry.ts';

/** What a component without a cluster says, without time and place, and the code that it ends with. */
function startAlone(name: string, flags: readonly string[]): [string, number | undefined] {
  const clock = new Clock(Date.UTC(2026, 10, 21));
  const programs = new Map(clusterPrograms({ logs: new LogRegistry() }).map((one) => [one.name, one]));
  const host = new Host({
    hostname: 'controlplane',
    clock,
    random: new Random(1),
    network: new Network(),
    programs,
  });
  let said = '';
  const output = new FunctionFile('pipe:[1]', {
    write: (text) => {
      said += text;
      return text.length;
    },
  });
  const process = host.init.fork((programs.get(name) as Program).main, {
    args: [name, ...flags],
    fds: new Map([1, 2].map((fd) => [fd, output])),
  });
  clock.advance(1000);
  const lines = said.trimEnd().split('\n');
  return [(lines.at(-1) ?? '').replace(/^[EI]\d.*go:\d+\] /, ''), process.status?.code];
}

const MANAGER = 'kube-controller-manager';
const SCHEDULER = 'kube-scheduler';
const failed = (why: string) => `"command failed" err=${JSON.stringify(why)}`;

test.each([
  [SCHEDULER, ['--version'], 'Kubernetes v1.33.1', 0],
  [MANAGER, ['--nothing'], 'Error: unknown flag: --nothing', 1],
  [SCHEDULER, ['--scheduler-name=mine'], 'Error: unknown flag: --scheduler-name', 1],
  [
    SCHEDULER,
    ['leader-elect=true'],
    'Error: "kube-scheduler" does not take any arguments, got ["leader-elect=true"]',
    1,
  ],
  [MANAGER, ['--concurrent_rc_syncs=x'], /invalid argument "x" for "--concurrent-rc-syncs" flag/, 1],
  [MANAGER, ['--cloud-provider=aws'], failed('--cloud-provider=aws is not simulated'), 1],
  [
    MANAGER,
    ['--concurrent-job-syncs=0'],
    failed('concurrent-job-syncs must be greater than 0, but got 0'),
    1,
  ],
  [
    MANAGER,
    ['--max-endpoints-per-slice=1001', '--secure-port=99999'],
    failed(
      '[max-endpoints-per-slice must not be more than 1000, but got 1001, --secure-port 99999 must be between 0 and 65535, inclusive. 0 for turning off secure port]',
    ),
    1,
  ],
  [
    MANAGER,
    ['--cluster-signing-legacy-unknown-cert-file=/a'],
    failed('"cluster-signing-legacy-unknown": cannot specify cert without key'),
    1,
  ],
  [MANAGER, ['--controllers=*,nothing'], failed('"nothing" is not in the list of known controllers'), 1],
  [MANAGER, ['--kubeconfig=/no.conf'], failed('stat /no.conf: no such file or directory'), 1],
  [SCHEDULER, ['--kubeconfig=/no.conf'], failed('stat /no.conf: no such file or directory'), 1],
  [SCHEDULER, ['--config=/no.yaml'], failed('open /no.yaml: no such file or directory'), 1],
  [SCHEDULER, ['--logging-format=xml'], 'format: Invalid value: "xml": Unsupported log format', 1],
  [SCHEDULER, ['--write-config-to=/tmp/x'], failed('--write-config-to=/tmp/x is not simulated'), 1],
] as const)('%s %j', (name, flags, said, code) => {
  const [line, ended] = startAlone(name, flags);
  if (typeof said === 'string') expect(line).toBe(said);
  else expect(line).toMatch(said);
  expect(ended).toBe(code);
});
