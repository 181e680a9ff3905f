import type { HttpStream } from '../../../host/index.ts';
import { type KubeObject, microTimestamp } from '../../../objects/object.ts';
import { type Steps, sleep, WaitQueue, waitOn } from '../../../sim/index.ts';
import type { Client } from '../../client/client.ts';
import { standingLease } from '../../client/leader-election.ts';
import { RESOURCES } from '../../client/resources.ts';
import { isRefusal, type KubeletCore, requestFailure } from '../core.ts';

const NAMESPACE = 'kube-node-lease';
const leasePath = (name: string) =>
  `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases/${name}?timeout=10s`;
/** Share of the lease's duration after which it is renewed. Models pkg/kubelet/kubelet.go nodeLeaseRenewIntervalFraction. */
const RENEW_SHARE = 0.25;
/** Until a lost lease is taken up again. */
const RETRY_MS = 7000;
const FIRST_RETRY_MS = 200;
const UPDATE_TRIES = 5;

/** The node's lease: written once, then renewed by a standing request for as long as that holds. */
export class NodeLease {
  /** Why it could not be kept last; undefined while it is. */
  failure: unknown;
  /** Notified when it cannot be kept any more. */
  readonly failed = new WaitQueue();
  readonly #core: KubeletCore;
  #renewals: HttpStream | undefined;

  constructor(core: KubeletCore) {
    this.#core = core;
  }

  close(): void {
    this.#renewals?.close();
  }

  *keep(client: Client, node: () => KubeObject | undefined): Steps<void> {
    const core = this.#core;
    let fresh = !core.resumed;
    let retryMs = FIRST_RETRY_MS;
    for (;;) {
      let pauseMs = RETRY_MS;
      try {
        if (fresh) this.#write(client, node());
        fresh = true;
        const lease = { namespace: NAMESPACE, name: core.options.nodeName };
        const { leaseSeconds, reportSeconds } = core.options.settings;
        this.#renewals = standingLease(client, lease, leaseSeconds * RENEW_SHARE, reportSeconds);
        this.failure = undefined;
        retryMs = FIRST_RETRY_MS;
        yield* this.#untilLost();
      } catch (error) {
        if (!isRefusal(error)) throw error;
        this.#tell(error, retryMs);
        pauseMs = retryMs;
        retryMs = Math.min(retryMs * 2, RETRY_MS);
      }
      yield* sleep(core.clock, pauseMs);
    }
  }

  /** Models component-helpers/apimachinery/lease/controller.go: a lease that was held is updated first. */
  #tell(error: unknown, retryMs: number): void {
    const core = this.#core;
    const request = leasePath(core.options.nodeName);
    const wasHeld = this.failure === undefined;
    this.failure = error;
    if (wasHeld) {
      this.failed.notify();
      const put = requestFailure(core.options, `Put ${request}`, error);
      for (let i = 0; i < UPDATE_TRIES; i++)
        core.log('E', 'controller.go:195', `"Failed to update lease" err="${put}"`);
      core.log(
        'I',
        'controller.go:115',
        '"failed to update lease using latest lease, fallback to ensure lease" err="failed 5 tries to update lease"',
      );
    }
    const get = requestFailure(core.options, `Get ${request}`, error);
    const interval = retryMs < 1000 ? `${retryMs}ms` : `${retryMs / 1000}s`;
    core.log(
      'E',
      'controller.go:145',
      `"Failed to ensure lease exists, will retry" err="${get}" interval="${interval}"`,
    );
  }

  /** Until the watch that renews it has ended, or somebody has deleted it. */
  *#untilLost(): Steps<void> {
    for (const renewals = this.#renewals; renewals && !renewals.ended; ) {
      yield* waitOn([renewals.ready]);
      for (let event = renewals.next(); event !== undefined; event = renewals.next()) {
        if ((event as { type?: string }).type !== 'DELETED') continue;
        renewals.close();
        return;
      }
    }
  }

  #write(client: Client, node: KubeObject | undefined): void {
    const core = this.#core;
    const name = core.options.nodeName;
    core.attempt(() => {
      const lease = client.find(RESOURCES.leases, name, NAMESPACE);
      const spec = {
        holderIdentity: name,
        leaseDurationSeconds: core.options.settings.leaseSeconds,
        renewTime: microTimestamp(core.clock.now),
      };
      if (lease) return client.patch(RESOURCES.leases, name, { type: 'merge', body: { spec } }, NAMESPACE);
      const owner = { apiVersion: 'v1', kind: 'Node', name, uid: node?.metadata.uid };
      const body = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name, namespace: NAMESPACE, ownerReferences: [owner] },
        spec,
      };
      return client.create(RESOURCES.leases, body, NAMESPACE);
    });
  }
}
