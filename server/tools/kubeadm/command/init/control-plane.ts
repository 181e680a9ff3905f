import { httpRequest, isSystemError } from '../../../../host/index.ts';
import { type Steps, sleep } from '../../../../sim/index.ts';
import { components, MANIFESTS } from '../../phases/control-plane.ts';
import { Refusal } from '../call.ts';
import { seconds } from '../kubelet-service.ts';
import type { PhaseRun } from './phases.ts';

const POLL_MS = 500;
const LIMIT_MS = 240_000;

/** Waits until everything answers that runs as a static pod. Models phases/waitcontrolplane.go. */
export function* waitForControlPlane({ call, plan }: PhaseRun): Steps<void> {
  const { context } = call;
  yield* call.say(
    `[wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory "${MANIFESTS}"\n[control-plane-check] Waiting for healthy control plane components. This can take up to 4m0s`,
  );
  const waiting = new Map(
    components(context.host, plan)
      .filter(({ name }) => name !== 'etcd')
      .map(({ name, probes }) => [name, probes]),
  );
  for (const [name, { host, port, liveness }] of waiting)
    yield* call.say(`[control-plane-check] Checking ${name} at https://${host}:${port}${liveness}`);
  const began = context.now;
  while (waiting.size > 0) {
    for (const [name, { host, port, liveness }] of [...waiting]) {
      if (!answers(call.context.network, host, port, liveness)) continue;
      waiting.delete(name);
      yield* call.say(`[control-plane-check] ${name} is healthy after ${seconds(context.now - began)}`);
    }
    if (waiting.size === 0) return;
    if (context.now - began >= LIMIT_MS) break;
    yield* sleep(context.process.clock, POLL_MS);
  }
  for (const name of waiting.keys())
    yield* call.say(`[control-plane-check] ${name} is not healthy after 4m0.000176s`);
  yield* call.say(CRASHED);
  const first = [...waiting.keys()].map((name) => `${name} check failed`).join(', ');
  throw new Refusal(
    `error execution phase wait-control-plane: failed while waiting for the control plane to start: [${first}]`,
  );
}

function answers(
  from: Parameters<typeof httpRequest>[0],
  address: string,
  port: number,
  path: string,
): boolean {
  try {
    return httpRequest(from, { address, port }, { method: 'GET', path, headers: {} }).status === 200;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  }
}

const CRASHED = `
A control plane component may have crashed or exited when started by the container runtime.
To troubleshoot, list all containers using your preferred container runtimes CLI.
Here is one example how you may list all running Kubernetes containers by using crictl:
\t- 'crictl --runtime-endpoint unix:///var/run/containerd/containerd.sock ps -a | grep kube | grep -v pause'
\tOnce you have found the failing container, you can inspect its logs with:
\t- 'crictl --runtime-endpoint unix:///var/run/containerd/containerd.sock logs CONTAINERID'
`;
