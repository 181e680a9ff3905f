import type { Context } from '../../host/index.ts';
import type { Command } from '../../shell/command.ts';
import { OptionError, parseOptions } from '../../shell/options.ts';
import { nanoTime, type Steps } from '../../sim/index.ts';
import { columns } from '../columns.ts';
import { RuntimeSocket } from '../ctr/runtime-socket.ts';
import { type Task, tasksOf } from '../ctr/tasks.ts';

/** Where the shims of containerd keep the state of the kubelet's containers; runc itself looks into `/run/runc`. */
const KUBERNETES_ROOT = '/run/containerd/runc/k8s.io';
const VERSION = `runc version 1.2.5
commit: v1.2.5-0-g59923ef
spec: 1.2.0
go: go1.22.12
libseccomp: 2.5.5
`;

const bundleOf = ({ id }: Task) => `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${id}`;
const timeOf = ({ createdAt, id }: Task) => nanoTime(createdAt, id);
const pidOf = ({ pids }: Task) => pids[0] ?? 0;

/** The state of a container as the runtime specification has it. */
function stateOf(task: Task): string {
  return JSON.stringify(
    {
      ociVersion: '1.2.0',
      id: task.id,
      pid: pidOf(task),
      status: 'running',
      bundle: bundleOf(task),
      rootfs: `${bundleOf(task)}/rootfs`,
      created: timeOf(task),
      owner: '',
    },
    undefined,
    2,
  );
}

function* run(context: Context): Steps<number> {
  const global = parseOptions(
    context.args.slice(1),
    'root= debug log= log-format= systemd-cgroup h|help v|version',
    true,
  );
  const [name, ...rest] = global.operands;
  if (global.has('v')) {
    yield* context.out(VERSION);
    return 0;
  }
  const isKubernetes = (global.get('root') ?? '').replace(/\/$/, '') === KUBERNETES_ROOT;
  const tasks = () => {
    if (!isKubernetes) return [];
    return tasksOf(context.host, new RuntimeSocket(context, '/run/containerd/containerd.sock').runtime());
  };
  switch (name) {
    case 'list': {
      const options = parseOptions(rest, 'q|quiet', false);
      const rows = tasks().map((task) => [
        task.id,
        String(pidOf(task)),
        'running',
        bundleOf(task),
        timeOf(task),
        'root',
      ]);
      const title = ['ID', 'PID', 'STATUS', 'BUNDLE', 'CREATED', 'OWNER'];
      yield* context.out(
        options.has('q') ? rows.map(([id]) => `${id}\n`).join('') : columns([title, ...rows], 12, 3),
      );
      return 0;
    }
    case 'state':
    case 'ps': {
      const task = tasks().find(({ id }) => id === rest[0]);
      if (!task) {
        yield* context.err('ERRO[0000] container does not exist                     \n');
        return 1;
      }
      const text =
        name === 'state'
          ? `${stateOf(task)}\n`
          : columns([['PID'], ...task.pids.map((pid) => [String(pid)])], 1, 0);
      yield* context.out(text);
      return 0;
    }
    default:
      yield* context.err(
        `runc: ${name ?? 'nothing'} is not simulated here, but for list, state, ps and --version\n`,
      );
      return 1;
  }
}

function* main(context: Context): Steps<number> {
  try {
    return yield* run(context);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    yield* context.err(`Incorrect Usage: ${error.message}\n`);
    return 1;
  }
}

export const runc: Command = {
  name: 'runc',
  summary: 'Open Container Initiative runtime',
  paths: ['/usr/sbin/runc'],
  main,
};
