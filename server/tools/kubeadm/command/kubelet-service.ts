import { httpRequest, isSystemError } from '../../../host/index.ts';
import { type Steps, sleep } from '../../../sim/index.ts';
import { Refusal } from '../refusal.ts';
import type { Call } from './call.ts';

const CHECK_MS = 500;
const LIMIT_MS = 240_000;
const HEALTHZ = 10_248;

export function stopKubelet({ context }: Call): void {
  context.host.systemd.stop('kubelet');
}

/** Starts the kubelet with what was written for it and waits until it is healthy. Models phases/kubelet and WaitForKubelet. */
export function* startKubelet(call: Call): Steps<void> {
  const { context } = call;
  yield* call.say('[kubelet-start] Starting the kubelet');
  const { systemd } = context.host;
  systemd.daemonReload();
  systemd.enable('kubelet');
  systemd.restart('kubelet');
  yield* call.say(
    `[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:${HEALTHZ}/healthz. This can take up to 4m0s`,
  );
  const began = context.now;
  while (!isHealthy(call)) {
    if (context.now - began >= LIMIT_MS) {
      yield* call.say(`[kubelet-check] The kubelet is not healthy after 4m0.000416s\n${UNHEALTHY}`);
      throw new Refusal(
        'error execution phase kubelet-start: failed while waiting for the kubelet to start: The HTTP call equal to \'curl -sSL http://127.0.0.1:10248/healthz\' returned error: Get "http://127.0.0.1:10248/healthz": dial tcp 127.0.0.1:10248: connect: connection refused',
      );
    }
    yield* sleep(context.process.clock, CHECK_MS);
  }
  yield* call.say(`[kubelet-check] The kubelet is healthy after ${seconds(context.now - began)}`);
}

const UNHEALTHY = `
Unfortunately, an error has occurred, likely caused by:
\t- The kubelet is not running
\t- The kubelet is unhealthy due to a misconfiguration of the node in some way (required cgroups disabled)

If you are on a systemd-powered system, you can try to troubleshoot the error with the following commands:
\t- 'systemctl status kubelet'
\t- 'journalctl -xeu kubelet'
`;

function isHealthy({ context }: Call): boolean {
  try {
    const target = { address: '127.0.0.1', port: HEALTHZ };
    return (
      httpRequest(context.network, target, { method: 'GET', path: '/healthz', headers: {} }).status === 200
    );
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  }
}

/** A duration as Go prints it. */
export function seconds(ms: number): string {
  return ms < 1000 ? `${ms}ms` : `${ms / 1000}s`;
}
