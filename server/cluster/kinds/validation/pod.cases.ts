/** Pods and what a server says of them: each case is one place of the pod spec, in Go's order and words. */
const pod = (spec: any = {}, container: any = {}) => ({
  spec: { containers: [{ name: 'c', image: 'nginx', ...container }], ...spec },
});
const C = 'spec.containers[0]';
const WINDOWS = 'Forbidden: cannot be set for a windows pod';
const MORE = 'Forbidden: may not specify more than 1 volume type';
const CASES: readonly (readonly [says: string, object: any, errors: readonly string[]])[] = [
  [
    'names another port of its host',
    pod({ hostNetwork: true }, { ports: [{ containerPort: 80, hostPort: 81 }] }),
    [`${C}.ports[0].hostPort: Invalid value: 81: must match \`containerPort\` when \`hostNetwork\` is true`],
  ],
  [
    'has users of its own in the network of its host',
    pod({ hostUsers: false, hostNetwork: true, hostPID: true }),
    [
      'spec.hostNetwork: Forbidden: when `pod.Spec.HostUsers` is false',
      'spec.HostPID: Forbidden: when `pod.Spec.HostUsers` is false',
    ],
  ],
  [
    'has bad aliases',
    pod({ hostAliases: [{ ip: '1.2.3.4' }, { ip: 'foo', hostnames: ['ok', 'a_b'] }] }),
    [
      'spec.hostAliases[1].ip: Invalid value: "foo": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      "spec.hostAliases[1].hostnames[1]: Invalid value: \"a_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
  ],
  [
    'is of an unknown system',
    pod({ os: { name: 'plan9' } }),
    ['spec.os: Unsupported value: "plan9": supported values: "linux", "windows"'],
  ],
  [
    'is of Windows',
    pod(
      { os: { name: 'windows' }, hostPID: true, securityContext: { runAsUser: 1, seLinuxOptions: {} } },
      { securityContext: { privileged: true } },
    ),
    [
      `spec.securityContext.seLinuxOptions: ${WINDOWS}`,
      `spec.hostPID: ${WINDOWS}`,
      `spec.securityContext.runAsUser: ${WINDOWS}`,
      `${C}.securityContext.privileged: ${WINDOWS}`,
    ],
  ],
  [
    'is debugged before it is there',
    pod({ ephemeralContainers: [{ name: 'd', image: 'busybox', ports: [{ containerPort: 1 }] }] }),
    [
      'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    ],
  ],
  [
    'is gated and placed',
    pod({ nodeName: 'node01', schedulingGates: [{ name: 'a' }] }),
    ['spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared'],
  ],
  [
    'has blanks around its image',
    pod({ hostname: 'A' }, { image: ' nginx' }),
    [
      "spec.hostname: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      `${C}.image: Invalid value: " nginx": must not have leading or trailing whitespace`,
    ],
  ],
  [
    'is resized wrongly',
    pod({ restartPolicy: 'Never' }, { resizePolicy: [{ resourceName: 'foo', restartPolicy: 'Bar' }] }),
    [
      `${C}.resizePolicy: Unsupported value: foo: supported values: "cpu", "memory"`,
      `${C}.resizePolicy: Unsupported value: "Bar": supported values: "NotRequired", "RestartContainer"`,
      `${C}.resizePolicy: Invalid value: "Bar": must be 'NotRequired' when \`restartPolicy\` is 'Never'`,
    ],
  ],
  [
    'has bad profiles',
    pod(
      { securityContext: { appArmorProfile: { type: 'Localhost' } } },
      { securityContext: { procMount: 'Unmasked', seccompProfile: { type: 'Foo' } } },
    ),
    [
      `${C}.securityContext.procMount: Invalid value: "Unmasked": \`hostUsers\` must be false to use \`Unmasked\``,
      `${C}.securityContext.seccompProfile.type: Unsupported value: "Foo": supported values: "Localhost", "RuntimeDefault", "Unconfined"`,
      'spec.securityContext.appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost',
    ],
  ],
  [
    'sets what it shares with its host',
    pod({
      hostNetwork: true,
      hostPID: true,
      shareProcessNamespace: true,
      securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '1' }] },
    }),
    [
      'spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled',
      'spec.securityContext.sysctls[0].name: Invalid value: "net.core.somaxconn": may not be specified when \'hostNetwork\' is true',
    ],
  ],
  [
    'mounts and maps the same',
    pod(
      { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] },
      {
        volumeMounts: [{ name: 'v', mountPath: '/v', recursiveReadOnly: 'Enabled' }],
        volumeDevices: [
          { name: 'v', devicePath: '/v' },
          { name: 'x', devicePath: '/../d' },
        ],
      },
    ),
    [
      `${C}.volumeMounts[0].name: Invalid value: "v": must not already exist in volumeDevices`,
      `${C}.volumeMounts[0].mountPath: Invalid value: "/v": must not already exist as a path in volumeDevices`,
      `${C}.volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true`,
      `${C}.volumeDevices[0].name: Invalid value: "v": must not already exist in volumeMounts`,
      `${C}.volumeDevices[0].devicePath: Invalid value: "/v": must not already exist as a path in volumeMounts`,
      `${C}.volumeDevices[1].name: Not found: "x"`,
      `${C}.volumeDevices[1].devicePath: Invalid value: "/../d": can not contain backsteps ('..')`,
    ],
  ],
  [
    'has volumes of old kinds',
    pod({
      volumes: [
        { name: 'a', flexVolume: { driver: 'v/f', options: { 'x.k8s.io/y': '1' } } },
        { name: 'b', gcePersistentDisk: {} },
        { name: 'c', emptyDir: {}, cephfs: {}, downwardAPI: {} },
        { name: 'd', iscsi: { targetPortal: '1.2.3.4', iqn: 'foo', lun: 300 } },
        { name: 'e', csi: { driver: 'A_b' } },
        { name: 'f', projected: { sources: [{ serviceAccountToken: { path: '..x' } }] } },
      ],
    }),
    [
      'spec.volumes[0].flexVolume.options[x.k8s.io/y]: Invalid value: "x.k8s.io/y": kubernetes.io and k8s.io namespaces are reserved',
      'spec.volumes[1].persistentDisk.pdName: Required value',
      `spec.volumes[2].cephFS: ${MORE}`,
      `spec.volumes[2].downwarAPI: ${MORE}`,
      'spec.volumes[3].iscsi.iqn: Invalid value: "foo": must be valid format starting with iqn, eui, or naa',
      'spec.volumes[3].iscsi.lun: Invalid value: 300: must be between 0 and 255, inclusive',
      "spec.volumes[4].csi.driver: Invalid value: \"A_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'spec.volumes[5].projected.path: Invalid value: "..x": must not start with \'..\'',
    ],
  ],
  [
    'makes a claim that it names itself',
    pod({
      volumes: [
        { name: 'e', ephemeral: { volumeClaimTemplate: { spec: {} } } },
        { name: 'f', persistentVolumeClaim: { claimName: 'x-e' } },
      ],
    }),
    [
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required',
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
      'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "x-e": must not reference a PVC that gets created for an ephemeral volume',
    ],
  ],
  [
    'divides oddly',
    pod(
      {},
      {
        env: [
          { name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '5m' } } },
          { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1000m' } } },
          { name: 'C', valueFrom: { fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } } },
        ],
      },
    ),
    [
      `${C}.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor's values 1m and 1 are supported with the cpu resource`,
      `${C}.env[2].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.name": error converting fieldPath: unsupported pod version: v2`,
    ],
  ],
  [
    'spreads twice over the same',
    pod({
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'a b', whenUnsatisfiable: 'DoNotSchedule' },
        { maxSkew: 1, topologyKey: 'a b', whenUnsatisfiable: 'DoNotSchedule', nodeTaintsPolicy: 'Foo' },
      ],
    }),
    [
      'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{a b, DoNotSchedule}"',
      'spec.topologySpreadConstraints[1].nodeTaintsPolicy: Unsupported value: "Foo": supported values: "Honor", "Ignore"',
    ],
  ],
  [
    'matches keys without a selector',
    pod({
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'a', matchLabelKeys: ['b'], mismatchLabelKeys: ['b'] },
          ],
        },
      },
    }),
    [
      'matchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
      'mismatchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
      'matchLabelKeys[0]: Invalid value: "b": exists in both matchLabelKeys and mismatchLabelKeys',
    ].map((text) => `spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].${text}`),
  ],
  [
    'has a bad deletion cost',
    { metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '+5' } }, ...pod() },
    [
      'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "+5": must be a 32bit integer',
    ],
  ],
];

export const PODS = CASES.map(([says, object, errors]) => ({ kind: 'Pod', says, object, errors }));
