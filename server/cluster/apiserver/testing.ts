import { generateEcKey } from '../../host/pki/index.ts';
import { Clock, Random } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import { DirectClient } from '../client/direct-client.ts';
import { KINDS } from '../kinds/index.ts';
import type { Log } from '../store/log.ts';
import { MemoryLog } from '../store/memory-log.ts';
import { ApiServer, type ApiServerOptions } from './api-server.ts';
import { ServiceAccountTokens } from './authenticate/service-account-tokens.ts';
import type { Dial } from './kubelets.ts';
import { ensureBootstrapObjects } from './upkeep/bootstrap.ts';
import { LOOPBACK, MASTERS } from './user.ts';

export interface TestServer {
  readonly server: ApiServer;
  readonly clock: Clock;
  readonly log: Log;
  /** Default: the administrator. */
  client(user?: string, groups?: readonly string[]): Client;
}

export interface TestServerOptions {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly seed?: string;
  /** Admission plugins beside those of a kubeadm cluster. */
  readonly plugins?: readonly string[];
  /** Who answers what the server asks. */
  readonly dial?: Dial;
  /** Further options of the server. */
  readonly server?: Partial<ApiServerOptions>;
  /** The log has what a new server makes. */
  readonly isSetUp?: boolean;
}

export const SIGNING_KEY = generateEcKey(new Random('sa.key'));

/** When the clocks of tests start: 2026-01-01T00:00:00Z. */
export const TEST_START = Date.UTC(2026, 0, 1);

/** A server in memory with its bootstrap objects, and clients of any identity; no hosts, no controllers. */
export function startApiServer(options: TestServerOptions = {}): TestServer {
  const clock = options.clock ?? new Clock(TEST_START);
  const log = options.log ?? new MemoryLog();
  const seed = options.seed ?? 'test';
  const issuer = 'https://kubernetes.default.svc.cluster.local';
  const tokenOptions = {
    signingKey: SIGNING_KEY,
    verificationKeys: [SIGNING_KEY],
    issuer,
    audiences: [issuer],
  };
  const serviceAccounts = new ServiceAccountTokens(tokenOptions, log);
  const server = new ApiServer({
    log,
    clock,
    kinds: KINDS,
    seed,
    authentication: { serviceAccounts, bootstrapTokens: true, anonymous: true },
    serviceRange: '10.96.0.0/12',
    advertise: { address: '172.30.1.2', port: 6443 },
    enabledPlugins: ['NodeRestriction', ...(options.plugins ?? [])],
    authorizationModes: ['Node', 'RBAC'],
    ...(options.dial ? { dial: options.dial } : {}),
    ...options.server,
  });
  if (!options.isSetUp) {
    ensureBootstrapObjects(server);
    ensureDefaultAccounts(server);
  }
  return {
    server,
    clock,
    log,
    client: (name = 'kubernetes-admin', groups = [MASTERS]) =>
      new DirectClient((request) => server.handle(request, { name, groups }), `${name}/v1.33.1`),
  };
}

/** What the service account controller does in a whole cluster, so that pods can be created without it. */
function ensureDefaultAccounts(server: ApiServer): void {
  for (const namespace of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    server.handle({ method: 'POST', path, headers: {}, value: { metadata: { name: 'default' } } }, LOOPBACK);
  }
}
