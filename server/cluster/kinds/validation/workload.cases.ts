/** Kinds beside pods and what a server says of them, in its order and words. */
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox' }] } };
const job = (spec: any) => ({ spec: { template, ...spec } });
const cron = (spec: any, jobSpec: any = {}) => ({
  spec: { schedule: '* * * * *', jobTemplate: { spec: { template, ...jobSpec } }, ...spec },
});
const service = (spec: any) => ({ spec: { ports: [{ port: 80 }], ...spec } });
const RULES = 'spec.podFailurePolicy.rules';

const CASES: readonly (readonly [kind: string, says: string, object: any, errors: readonly string[]])[] = [
  [
    'Job',
    'has a bad failure policy',
    job({
      podFailurePolicy: {
        rules: [
          { action: 'FailIndex', onExitCodes: { operator: 'In', values: [2, 1] } },
          { action: 'Foo' },
          { onPodConditions: [{ type: 'a b', status: 'Maybe' }] },
        ],
      },
    }),
    [
      `${RULES}[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set`,
      `${RULES}[0].onExitCodes.values: Invalid value: []int32{2, 1}: must be ordered`,
      `${RULES}[1].action: Unsupported value: "Foo": supported values: "Count", "FailIndex", "FailJob", "Ignore"`,
      `${RULES}[1]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required`,
      `${RULES}[2].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]`,
      `${RULES}[2].onPodConditions[0].type: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      `${RULES}[2].onPodConditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"`,
    ],
  ],
  [
    'Job',
    'succeeds by indexes that it does not have',
    job({
      completionMode: 'Indexed',
      completions: 3,
      parallelism: 1,
      successPolicy: {
        rules: [
          { succeededIndexes: '0-x' },
          { succeededIndexes: '0,2-1', succeededCount: 5 },
          { succeededIndexes: '1,3' },
          {},
        ],
      },
    }),
    [
      'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0-x": error parsing succeededIndexes: cannot convert string to integer for index: "x"',
      'spec.successPolicy.rules[1].succeededIndexes: Invalid value: "0,2-1": error parsing succeededIndexes: non-increasing order, previous: 2, current: 1',
      'spec.successPolicy.rules[1].succeededCount: Invalid value: 5: must be less than or equal to 3 (the number of specified completions)',
      'spec.successPolicy.rules[1].succeededCount: Invalid value: 5: must be less than or equal to 0 (the number of indexes in the specified succeededIndexes field)',
      'spec.successPolicy.rules[2].succeededIndexes: Invalid value: "1,3": error parsing succeededIndexes: too large index: "3"',
      'spec.successPolicy.rules[3]: Required value: at least one of succeededCount or succeededIndexes must be specified',
    ],
  ],
  [
    'Job',
    'counts failed indexes it cannot have, for an odd manager',
    job({ completionMode: 'Indexed', completions: 2, maxFailedIndexes: 3, managedBy: 'foo' }),
    [
      'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
      'spec.managedBy: Invalid value: "foo": must be a domain-prefixed path (such as "acme.io/foo")',
      'spec.maxFailedIndexes: Invalid value: 3: must be less than or equal to completions',
    ],
  ],
  [
    'Job',
    'has a name too long for its pods',
    { metadata: { name: 'j'.repeat(62) }, ...job({ completionMode: 'Indexed', completions: 11 }) },
    [
      `metadata.name: Invalid value: "${'j'.repeat(62)}": will not able to create pod with invalid DNS label: ${'j'.repeat(62)}-10`,
    ],
  ],
  [
    'CronJob',
    'has an odd zone and selector',
    cron(
      { schedule: 'TZ=UTC * * * * *', timeZone: 'local' },
      { manualSelector: true, selector: { matchLabels: { a: 'b' } } },
    ),
    [
      'spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      'spec.timeZone: Invalid value: "local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      'spec.timeZone: Invalid value: "local": unknown time zone local',
      'spec.jobTemplate.spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"a":"b"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: `selector` will be auto-generated',
      'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
    ],
  ],
  [
    'Service',
    'has addresses that do not fit',
    service({ clusterIPs: ['10.96.0.7', '10.96.0.8'], ipFamilies: ['IPv6', 'IPv6'] }),
    [
      'spec.clusterIPs: Invalid value: []string{"10.96.0.7", "10.96.0.8"}: must be empty when `clusterIP` is not specified',
      'spec.ipFamilies[1]: Duplicate value: "IPv6"',
      'spec.clusterIPs: Invalid value: []string{"10.96.0.7", "10.96.0.8"}: may specify no more than one IP for each IP family',
      'spec.clusterIPs[0]: Invalid value: "10.96.0.7": expected an IPv6 value as indicated by `ipFamilies[0]`',
      'spec.clusterIPs[1]: Invalid value: "10.96.0.8": expected an IPv6 value as indicated by `ipFamilies[1]`',
    ],
  ],
  [
    'Service',
    'keeps its clients too long',
    service({
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: -1,
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 86401 } },
    }),
    [
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400',
      'spec.healthCheckNodePort: Invalid value: -1: must be between 1 and 65535, inclusive',
    ],
  ],
  [
    'LimitRange',
    'has odd types, names and ratios',
    {
      spec: {
        limits: [
          { type: 'Foo' },
          { type: 'Container', min: { cpu: '1', bananas: '1' }, max: { cpu: '2' }, default: { cpu: '2' } },
          { type: 'Pod', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '4' } },
        ],
      },
    },
    [
      'spec.limits[0].type: Invalid value: "Foo": must be a standard limit type or fully qualified',
      'spec.limits[1].min[bananas]: Invalid value: bananas: must be a standard resource type or fully qualified',
      'spec.limits[1].min[bananas]: Invalid value: bananas: must be a standard resource for containers',
      'spec.limits[1].defaultRequest[bananas]: Invalid value: bananas: must be a standard resource type or fully qualified',
      'spec.limits[1].defaultRequest[bananas]: Invalid value: bananas: must be a standard resource for containers',
      'spec.limits[2].maxLimitRequestRatio[cpu]: Invalid value: resource.Quantity{i:resource.int64Amount{value:4, scale:0}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"4", Format:"DecimalSI"}: ratio 4 is greater than max/min = 2.000000',
    ],
  ],
  [
    'Secret',
    'holds broken JSON',
    { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': btoa('{') } },
    ['data[.dockercfg]: Invalid value: "<secret contents redacted>": unexpected end of JSON input'],
  ],
  [
    'Namespace',
    'has a finalizer of nobody',
    { spec: { finalizers: ['foo'] } },
    [
      'spec.finalizers: Invalid value: "foo": name is neither a standard finalizer name nor is it fully qualified',
    ],
  ],
  [
    'Node',
    'has a bad taint',
    { spec: { taints: [{ key: 'a', effect: 'Foo' }] } },
    [
      'metadata.taints[0].effect: Unsupported value: "Foo": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  ],
  [
    'PersistentVolumeClaim',
    'copies two sources',
    {
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        dataSource: { kind: 'Foo', name: 'x' },
        dataSourceRef: { kind: 'Foo', name: 'y' },
      },
    },
    [
      'spec.dataSource: Invalid value: "Foo": must be \'PersistentVolumeClaim\' when referencing the default apiGroup',
      'spec.dataSourceRef: Invalid value: "Foo": must be \'PersistentVolumeClaim\' when referencing the default apiGroup',
    ],
  ],
];

export const WORKLOADS = CASES.map(([kind, says, object, errors]) => ({ kind, says, object, errors }));
