import { expect, test } from 'vitest';
import { FieldErrors } from '../../../objects/field-error.ts';
import { KINDS } from '../index.ts';

const ended = (exitCode: number) => ({ name: 'c', state: { terminated: { exitCode } } });
const running = { name: 'c', state: { running: {} } };
const done = { type: 'Complete', status: 'True' };
const met = { type: 'SuccessCriteriaMet', status: 'True' };
const NOON = '2026-11-21T12:00:00Z';

/** Kind, the rest of the object, the status before and after, and what is wrong with the change. */
const CASES: readonly [kind: string, rest: object, before: object, now: object, errors: readonly string[]][] =
  [
    [
      'Pod',
      { spec: { restartPolicy: 'Never' } },
      { qosClass: 'BestEffort', containerStatuses: [ended(0)] },
      { qosClass: 'Burstable', containerStatuses: [running], conditions: [{ type: 'a b' }] },
      [
        "metadata.conditions[0].Type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        'status.qosClass: Invalid value: "Burstable": field is immutable',
        'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
      ],
    ],
    [
      'Pod',
      { spec: { restartPolicy: 'OnFailure' } },
      { containerStatuses: [ended(1)] },
      { containerStatuses: [running] },
      [],
    ],
    [
      'Pod',
      { spec: {} },
      {},
      {
        hostIP: '10.0.0.1',
        hostIPs: [{ ip: '10.0.0.2' }],
        podIPs: [{ ip: '10.0.0.300' }, { ip: '10.0.0.1' }],
      },
      [
        'status.podIPs[0]: Invalid value: "10.0.0.300": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'status.podIPs: Invalid value: []core.PodIP{core.PodIP{IP:"10.0.0.300"}, core.PodIP{IP:"10.0.0.1"}}: may specify no more than one IP for each IP family',
        'status.hostIPs[0].ip: Invalid value: "10.0.0.2": must be equal to `hostIP`',
      ],
    ],
    [
      'Deployment',
      {},
      { collisionCount: 2 },
      { replicas: 1, readyReplicas: 2, availableReplicas: 3, unavailableReplicas: -1, collisionCount: 1 },
      [
        'status.unavailableReplicas: Invalid value: -1: must be greater than or equal to 0',
        'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
        'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
        'status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas',
        'status.collisionCount: Invalid value: 1: cannot be decremented',
      ],
    ],
    [
      'Job',
      { spec: { completions: 3 } },
      { startTime: NOON, active: 1, failed: 2 },
      { startTime: NOON, active: 1, failed: 1, completedIndexes: '0,5', conditions: [done] },
      [
        'status.completionTime: Required value: completionTime is required for Complete jobs',
        'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
        'status.active: Invalid value: 1: active>0 is invalid for finished job',
        'status.completedIndexes: Invalid value: "0,5": error parsing completedIndexes: too large index: "5"',
        'status.completedIndexes: Invalid value: "0,5": cannot set non-empty completedIndexes when non-indexed completion mode',
        'status.failed: Invalid value: 1: cannot decrease the failed counter',
      ],
    ],
    [
      'Job',
      { spec: { completionMode: 'Indexed', completions: 3, backoffLimitPerIndex: 1 } },
      { startTime: NOON, completionTime: NOON, conditions: [met, done] },
      {
        startTime: NOON,
        completionTime: '2026-11-21T11:00:00Z',
        completedIndexes: '0-1',
        failedIndexes: '1,2',
      },
      [
        'status.completionTime: Invalid value: 2026-11-21 11:00:00 +0000 UTC: cannot set completionTime when there is no Complete=True condition',
        'status.completionTime: Invalid value: 2026-11-21 11:00:00 +0000 UTC: completionTime cannot be set before startTime',
        'status.failedIndexes: Invalid value: "1,2": failedIndexes and completedIndexes overlap at index: 1',
        'status.conditions: Invalid value: cannot disable the terminal Complete=True condition',
        'status.completionTime: Invalid value: 2026-11-21 11:00:00 +0000 UTC: completionTime cannot be mutated',
        'status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition',
      ],
    ],
    [
      'Service',
      { spec: { type: 'ClusterIP' } },
      {},
      { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
      ['status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is LoadBalancer'],
    ],
    [
      'Service',
      { spec: { type: 'LoadBalancer' } },
      {},
      {
        loadBalancer: {
          ingress: [
            { ip: 'x', ipMode: 'Direct' },
            { hostname: '1.2.3.4', ipMode: 'VIP' },
          ],
        },
      },
      [
        'status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'status.loadBalancer.ingress[0].ipMode: Unsupported value: "Direct": supported values: "Proxy", "VIP"',
        'status.loadBalancer.ingress[1].ipMode: Forbidden: may not be specified when `ip` is not set',
        'status.loadBalancer.ingress[1].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
      ],
    ],
    [
      'Namespace',
      {},
      { phase: 'Active' },
      { phase: 'Terminating' },
      ['status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty'],
    ],
    [
      'PodDisruptionBudget',
      {},
      {},
      { disruptionsAllowed: -1, conditions: [{ type: 'A', status: 'Yes' }] },
      [
        'status.conditions[0].status: Unsupported value: "Yes": supported values: "False", "True", "Unknown"',
        'status.conditions[0].lastTransitionTime: Required value: must be set',
        'status.conditions[0].reason: Required value: must be set',
        'status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    [
      'Node',
      { spec: {} },
      {},
      {
        capacity: { pods: '1500m' },
        addresses: [
          { type: 'Hostname', address: 'a' },
          { type: 'Hostname', address: 'a' },
        ],
      },
      [
        'status.capacity.pods: Invalid value: resource.Quantity{i:resource.int64Amount{value:15, scale:-1}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"", Format:"DecimalSI"}: must be an integer',
        'status.addresses[1]: Duplicate value: core.NodeAddress{Type:"Hostname", Address:"a"}',
      ],
    ],
  ];

test.each(CASES)('the status of a %s %j: %j to %j', (name, rest, before, now, expected) => {
  const kind = KINDS.find((one) => one.kind === name);
  const errors = new FieldErrors();
  const metadata = { name: 'x' };
  const object: any = { metadata, ...rest, status: now };
  kind?.validateSubresource?.(object, { metadata, ...rest, status: before } as any, errors, 'status');
  expect(errors.list.map(({ field, body }) => `${field}: ${body}`)).toEqual(expected);
});
