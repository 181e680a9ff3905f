/** Kinds of extensions, storage and flow control, and what is said of them. */
/** A definition of custom resources with one version. */
function definition(version: object): object {
  return {
    metadata: { name: 'xs.a.b' },
    spec: {
      group: 'a.b',
      scope: 'Namespaced',
      names: { plural: 'xs', kind: 'X' },
      versions: [{ name: 'v1', served: true, storage: true, ...version }],
    },
  };
}

export const CLUSTER_KINDS: readonly {
  readonly kind: string;
  readonly says: string;
  readonly object: any;
  readonly errors: readonly string[];
}[] = [
  {
    kind: 'FlowSchema',
    says: 'takes the place of exempt, for a user who is not named',
    object: {
      spec: {
        matchingPrecedence: 1,
        priorityLevelConfiguration: {},
        rules: [
          {
            subjects: [{ kind: 'User' }],
            nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*', '/a'] }],
          },
        ],
      },
    },
    errors: [
      "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
      'spec.priorityLevelConfiguration.name: Required value: must reference a priority level',
      "spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'",
      `spec.rules[0].nonResourceRules[0].nonResourceURLs: Invalid value: ["*","/a"]: if '*' is present, must not specify other non-resource URLs`,
    ],
  },
  {
    kind: 'PriorityLevelConfiguration',
    says: 'deals more hands than it has queues',
    object: {
      spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: { queues: 4 } } } },
    },
    errors: [
      'spec.limited.limitResponse.queuing.handSize: Invalid value: 8: should not be greater than queues (4)',
    ],
  },
  {
    kind: 'ValidatingAdmissionPolicy',
    says: 'has nothing to say',
    object: { spec: { matchConstraints: { resourceRules: [] } } },
    errors: [
      'spec.matchConstraints.resourceRules: Required value',
      'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
      'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
    ],
  },
  {
    kind: 'ValidatingAdmissionPolicyBinding',
    says: 'denies and warns, of parameters that may be missing',
    object: {
      spec: { policyName: 'p', paramRef: { name: 'x' }, validationActions: ['Deny', 'Warn', 'Deny'] },
    },
    errors: [
      'spec.paramRef.parameterNotFoundAction: Required value',
      'spec.validationActions[2]: Duplicate value: "Deny"',
      'spec.validationActions: Invalid value: ["Deny","Warn","Deny"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
    ],
  },
  {
    kind: 'APIService',
    says: 'is not called what it serves',
    object: {
      spec: { group: 'metrics.k8s.io', version: 'v1', groupPriorityMinimum: 100, versionPriority: 0 },
    },
    errors: [
      'metadata.name: Invalid value: "x": must be `spec.version+"."+spec.group`: "v1.metrics.k8s.io"',
      'spec.versionPriority: Invalid value: 0: must be positive and less than 1000',
    ],
  },
  {
    kind: 'ServiceCIDR',
    says: 'has two ranges of one family',
    object: { spec: { cidrs: ['10.0.0.0/8', '11.0.0.0/8'] } },
    errors: [
      'spec.cidrs: Invalid value: {"cidrs":["10.0.0.0/8","11.0.0.0/8"]}: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/96',
    ],
  },
  {
    kind: 'VolumeAttachment',
    says: 'attaches nothing',
    object: { spec: { attacher: 'csi.example.com', nodeName: 'n', source: {} } },
    errors: [
      'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName',
    ],
  },
  {
    kind: 'CSIDriver',
    says: 'lives in a way that there is not',
    object: { spec: { volumeLifecycleModes: ['X'] } },
    errors: [
      'spec.volumeLifecycleModes: Unsupported value: "X": supported values: "Ephemeral", "Persistent"',
    ],
  },
  {
    kind: 'IPAddress',
    says: 'is no address and belongs to nobody',
    object: { spec: {} },
    errors: [
      'metadata.name: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'spec.parentRef: Required value',
    ],
  },
  {
    kind: 'CustomResourceDefinition',
    says: 'has a schema with faults: defaults are not looked at',
    object: definition({
      subresources: { scale: { specReplicasPath: '.replicas', statusReplicasPath: '.status.n' } },
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: {
            a: { type: 'integer', default: 'x' },
            b: { type: 'string', pattern: '(' },
            c: { type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'object' } },
          },
        },
      },
    }),
    errors: [
      'spec.validation.openAPIV3Schema.properties[b].pattern: Invalid value: "(": must be a valid regular expression, but isn\'t: error parsing regexp: missing closing ): `(`',
      'spec.validation.openAPIV3Schema.properties[c].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map',
      'spec.subresources.scale.specReplicasPath: Invalid value: ".replicas": should be a json path under .spec',
    ],
  },
  {
    kind: 'CustomResourceDefinition',
    says: 'has a default of another type',
    object: definition({
      schema: {
        openAPIV3Schema: { type: 'object', properties: { a: { type: 'integer', default: 'x' } } },
      },
    }),
    errors: [
      'spec.validation.openAPIV3Schema.properties[a].default: Invalid value: "string": default in body must be of type integer: "string"',
    ],
  },
];
