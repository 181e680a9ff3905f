/** The import table of docs/architecture.md: a room may import itself and what stands here. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // How every component of a cluster reads its flags, writes its log, and what it serves with.
  'server/cluster/flags.ts': [],
  'server/cluster/klog.ts': ['server/host', 'server/sim'],
  'server/cluster/tls-settings.ts': ['server/cluster/flags.ts', 'server/host'],
  'server/cluster/self-signed.ts': ['server/host'],
  'server/cluster/feature-gates.ts': [],
  'server/cluster/component-gates.ts': [],
  'server/sim': ['server/sim/fine-time.ts'],
  // Digits of a time below the clock's; objects show them too.
  'server/sim/fine-time.ts': [],
  'server/objects': ['server/sim/fine-time.ts'],
  'server/host': ['server/sim'],
  'server/cluster/store': ['server/sim', 'server/objects', 'server/host'],
  'server/cluster/kinds': ['server/objects'],
  'server/cluster/apiserver': [
    'server/cluster/store',
    'server/cluster/kinds',
    'server/cluster/client',
    'server/objects',
    'server/sim',
    'server/host',
  ],
  'server/cluster/client': ['server/cluster/kinds', 'server/objects', 'server/host', 'server/sim'],
  'server/cluster/controllers': [
    'server/cluster/client',
    'server/cluster/kinds',
    'server/objects',
    'server/host',
    'server/sim',
  ],
  'server/cluster/scheduler': [
    'server/cluster/client',
    'server/cluster/kinds',
    'server/objects',
    'server/host',
    'server/sim',
  ],
  'server/cluster/kubelet': [
    'server/cluster/client',
    'server/cluster/kinds',
    'server/cluster/images',
    'server/objects',
    'server/host',
    'server/sim',
  ],
  'server/cluster/proxy': [
    'server/cluster/client',
    'server/cluster/kinds',
    'server/objects',
    'server/host',
    'server/sim',
  ],
  'server/cluster/addons': [
    'server/cluster/client',
    'server/cluster/images',
    'server/cluster/kinds',
    'server/objects',
    'server/host',
    'server/sim',
  ],
  'server/cluster/images': ['server/objects', 'server/host', 'server/sim'],
  // What projects publish to be applied: objects, and the sites they are found at.
  'server/cluster/manifests': ['server/host'],
  'server/cluster': ['server/cluster', 'server/host'],
  'server/shell': ['server/shell/command.ts', 'server/shell/options.ts', 'server/host', 'server/sim'],
  'server/shell/command.ts': ['server/host'],
  'server/shell/options.ts': [],
  'server/tools': [
    'server/shell/command.ts',
    'server/shell/options.ts',
    'server/cluster/flags.ts',
    'server/cluster/klog.ts',
    'server/cluster/client',
    'server/cluster/kinds',
    'server/cluster/manifests',
    'server/objects',
    'server/host',
    'server/sim',
  ],
  graders: ['server/objects'],
  'server/exam': [
    'graders',
    'server/cluster',
    'server/host',
    'server/objects',
    'server/shell',
    'server/sim',
    'server/tools',
  ],
  // Types only: what is stored is worlds' logs, disks and attempts.
  'server/records': ['server/cluster/store', 'server/exam', 'server/host', 'server/objects'],
  'server/http': ['server/exam', 'graders'],
};

/** Every room, the roots of composition included. */
export const ROOMS: readonly string[] = [
  ...Object.keys(MAY_IMPORT),
  'server/shell/command.ts',
  'server/cli',
  'server',
  'web',
];

/** What every component below `server/cluster` may import. */
export const COMPONENT_FILES: readonly string[] = [
  'server/cluster/flags.ts',
  'server/cluster/klog.ts',
  'server/cluster/tls-settings.ts',
  'server/cluster/self-signed.ts',
  'server/cluster/feature-gates.ts',
  'server/cluster/component-gates.ts',
];

export const MAX_LINES = 400;

/** Files that may be longer, with the lines they may have: tables, and what is still to be split. */
export const LARGE_FILES: Readonly<Record<string, number>> = {
  'server/tools/kubectl/command-table.ts': 1397,
  'server/tools/kubectl/help-examples.ts': 642,
};
