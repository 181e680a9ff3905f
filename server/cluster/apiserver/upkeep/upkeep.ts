import { isApiError } from '../../../objects/api-error.ts';
import type { Timer } from '../../../sim/index.ts';
import type { LogEntry, LogWatch } from '../../store/log.ts';
import type { ApiServer } from '../api-server.ts';
import { registerDefinitions } from '../storage/custom-resources.ts';
import { ensureKinds, ensureSystemMaps } from './bootstrap.ts';
import { tellDangling } from './flow-status.ts';
import { ensureKubernetesService, ensureServiceRange } from './kubernetes-service.ts';

/** Objects that a server makes sure of for as long as it runs. */
interface Kept {
  /** Their keys in the store, or the beginnings of those. */
  readonly keys: readonly string[];
  /** How often the real server looks. 0: it watches them. */
  readonly everyMs: number;
  /** Changes count, too; otherwise only what is gone. */
  readonly repaired?: true;
  readonly ensure: (server: ApiServer) => void;
}

const MINUTE_MS = 60_000;
/** Models pkg/controlplane/reconcilers DefaultEndpointReconcilerInterval */
const RECONCILE_MS = 10_000;

const KEPT: readonly Kept[] = [
  // Models pkg/controlplane/controller/systemnamespaces
  {
    keys: ['/registry/namespaces/'],
    everyMs: MINUTE_MS,
    ensure: (server) => ensureKinds(server, ['Namespace']),
  },
  // Models pkg/registry/flowcontrol/rest/storage_flowcontrol.go
  {
    keys: ['/registry/flowschemas/', '/registry/prioritylevelconfigurations/'],
    everyMs: MINUTE_MS,
    ensure: (server) => ensureKinds(server, ['PriorityLevelConfiguration', 'FlowSchema']),
  },
  {
    keys: ['/registry/flowschemas/', '/registry/prioritylevelconfigurations/'],
    everyMs: 0,
    repaired: true,
    ensure: tellDangling,
  },
  {
    keys: [
      '/registry/services/specs/default/kubernetes',
      '/registry/services/endpoints/default/kubernetes',
      '/registry/endpointslices/default/kubernetes',
    ],
    everyMs: RECONCILE_MS,
    repaired: true,
    ensure: ensureKubernetesService,
  },
  // Models kube-aggregator/pkg/controllers/autoregister: those made at the start are not made again before the next.
  { keys: ['/registry/apiregistration.k8s.io/apiservices/'], everyMs: 0, ensure: registerDefinitions },
  { keys: ['/registry/servicecidrs/kubernetes'], everyMs: RECONCILE_MS, ensure: ensureServiceRange },
  {
    keys: [
      '/registry/configmaps/kube-system/extension-apiserver-authentication',
      '/registry/configmaps/kube-system/kube-apiserver-legacy-service-account-token-tracking',
    ],
    everyMs: 0,
    ensure: ensureSystemMaps,
  },
];

/**
 * Puts the server's own objects right again after somebody has deleted or changed them, at the time at which the real
 * one would look next. While nobody does, there is nothing to do.
 */
export class Upkeep {
  readonly #server: ApiServer;
  readonly #began: number;
  readonly #watches: LogWatch[] = [];
  readonly #due = new Map<Kept, Timer>();

  constructor(server: ApiServer) {
    this.#server = server;
    this.#began = server.clock.now;
    const { log } = server.store;
    for (const kept of KEPT) {
      const changed = ({ value }: LogEntry) => {
        if (kept.repaired || value === undefined) this.#lookLater(kept);
      };
      for (const key of kept.keys) this.#watches.push(log.watch(key, log.revision, changed));
    }
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
    for (const timer of this.#due.values()) this.#server.clock.cancel(timer);
  }

  #lookLater(kept: Kept): void {
    if (this.#due.has(kept)) return;
    const { clock } = this.#server;
    const passed = clock.now - this.#began;
    const wait = kept.everyMs === 0 ? 0 : kept.everyMs - (passed % kept.everyMs);
    this.#due.set(
      kept,
      clock.after(wait, () => this.#look(kept)),
    );
  }

  #look(kept: Kept): void {
    this.#due.delete(kept);
    try {
      kept.ensure(this.#server);
    } catch (error) {
      if (!isApiError(error)) throw error;
      // Refused, by a webhook say: what is watched waits for the next change, the rest is tried again.
      if (kept.everyMs > 0) this.#lookLater(kept);
    }
  }
}
