import {
  clusterRole,
  clusterRoleBinding,
  configMap,
  type Manifest,
  namespace,
  role,
  roleBinding,
  serviceAccount,
} from './manifest.ts';

const HOME = 'local-path-storage';
const NAME = 'local-path-provisioner';
const ACCOUNT = `${NAME}-service-account`;
const ROLE = `${NAME}-role`;
const BINDING = `${NAME}-bind`;

const CONFIG = `{
        "nodePathMap":[
        {
                "node":"DEFAULT_PATH_FOR_NON_LISTED_NODES",
                "paths":["/opt/local-path-provisioner"]
        }
        ]
}`;

/** `local-path-storage.yaml` of rancher's local-path-provisioner. */
export function localPathObjects(version = 'v0.0.31'): Manifest[] {
  const subject = { name: ACCOUNT, namespace: HOME };
  return [
    namespace(HOME),
    serviceAccount(ACCOUNT, HOME),
    role(ROLE, HOME, [['', 'pods', 'get list watch create patch update delete']]),
    clusterRole(ROLE, [
      ['', 'nodes persistentvolumeclaims configmaps pods pods/log', 'get list watch'],
      ['', 'persistentvolumes', 'get list watch create patch update delete'],
      ['', 'events', 'create patch'],
      ['storage.k8s.io', 'storageclasses', 'get list watch'],
    ]),
    roleBinding(BINDING, HOME, ROLE, subject),
    clusterRoleBinding(BINDING, ROLE, subject),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: NAME, namespace: HOME },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: NAME } },
        template: {
          metadata: { labels: { app: NAME } },
          spec: {
            serviceAccountName: ACCOUNT,
            containers: [
              {
                name: NAME,
                image: `rancher/${NAME}:${version}`,
                imagePullPolicy: 'IfNotPresent',
                command: [NAME, '--debug', 'start', '--config', '/etc/config/config.json'],
                volumeMounts: [{ name: 'config-volume', mountPath: '/etc/config/' }],
                env: [
                  { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
                  { name: 'CONFIG_MOUNT_PATH', value: '/etc/config/' },
                ],
              },
            ],
            volumes: [{ name: 'config-volume', configMap: { name: 'local-path-config' } }],
          },
        },
      },
    },
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'local-path' },
      provisioner: 'rancher.io/local-path',
      volumeBindingMode: 'WaitForFirstConsumer',
      reclaimPolicy: 'Delete',
    },
    configMap('local-path-config', HOME, {
      'config.json': CONFIG,
      setup: '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"\n',
      teardown: '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n',
    }),
  ];
}
