/** What the tables of commands do not say about flags. */

/** Flags that stand for something else when they are given no value. */
export const BARE: Readonly<Record<string, string>> = {
  'dry-run': 'unchanged',
  validate: 'strict',
  cascade: 'background',
};

/** Flags that help does not show. */
export const HIDDEN: Readonly<Record<string, readonly string[]>> = {
  apply: ['applyset:string'],
};

/** Flags that still work, say that they will not for ever, and are not shown either. */
export const DEPRECATED: readonly { flag: string; says: string; commands: readonly string[] }[] = [
  {
    flag: 'record:bool',
    says: '--record will be removed in the future',
    commands: [
      'annotate',
      'apply',
      'apply edit-last-applied',
      'autoscale',
      'create',
      'edit',
      'expose',
      'label',
      'patch',
      'run',
      'scale',
      'set image',
      'set resources',
      'set selector',
      'set serviceaccount',
    ],
  },
];

/** Flags without which a command does not start. */
export const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  autoscale: ['max'],
  'create clusterrolebinding': ['clusterrole'],
  'create cronjob': ['image', 'schedule'],
  'create deployment': ['image'],
  'create service externalname': ['external-name'],
  run: ['image'],
  scale: ['replicas'],
};
