import { type Context, isSystemError, programVersion } from '../../host/index.ts';
import { parseGoDuration } from '../../objects/decode.ts';
import { HttpClient } from '../client/http-client.ts';
import { StartError } from '../client/program-start.ts';
import type { FeatureGates } from '../feature-gates.ts';
import { FlagError, type FlagValues, flagList, flagTrue } from '../flags.ts';
import { KINDS } from '../kinds/index.ts';
import type { EtcdService } from '../store/etcd-service.ts';
import { DEFAULT_TOLERATION_SECONDS } from './admission/small-defaults.ts';
import { ApiServer, type ApiServerOptions } from './api-server.ts';
import { AuditLog } from './audit.ts';
import { AuditFile } from './audit-file.ts';
import { type AuditPolicy, readAuditPolicy } from './audit-policy.ts';
import type { FrontProxyOptions } from './authenticate/front-proxy.ts';
import { ServiceAccountTokens } from './authenticate/service-account-tokens.ts';
import { readTokenFile } from './authenticate/tokens.ts';
import { checkEncryption, encrypted } from './encryption/load.ts';
import type { Dial } from './kubelets.ts';
import { admissionConfiguration } from './program-admission.ts';
import { anonymousAccess } from './program-authentication.ts';
import { authorizers } from './program-authorization.ts';
import { flagProblems } from './program-checks.ts';
import { parseRuntimeConfig } from './runtime-config.ts';
import type { NodePorts } from './storage/services.ts';
import { versionInfo } from './version.ts';

/** The version of its image. */
export function versionOf(context: Context): string {
  return programVersion(context) || versionInfo().gitVersion;
}

export function newServer(
  context: Context,
  flags: FlagValues,
  gates: FeatureGates,
  etcd: EtcdService,
): ApiServer {
  const log = encrypted(context, flags, etcd.log);
  const read = (name: string) => {
    const path = flags.get(name);
    return path ? context.fs.read(path) : undefined;
  };
  const issuer = flagList(flags, 'service-account-issuer')[0] as string;
  const audiences = flagList(flags, 'api-audiences');
  const serviceAccounts = new ServiceAccountTokens(
    {
      signingKey: read('service-account-signing-key-file') ?? '',
      verificationKeys: flagList(flags, 'service-account-key-file').map((path) => context.fs.read(path)),
      issuer,
      audiences: audiences.length > 0 ? audiences : [issuer],
    },
    log,
  );
  const tokenFile = read('token-auth-file');
  return new ApiServer({
    log,
    clock: context.process.clock,
    kinds: KINDS,
    seed: context.host.hostname,
    version: versionOf(context),
    gates,
    authentication: {
      clientCa: read('client-ca-file'),
      frontProxy: frontProxy(flags, read('requestheader-client-ca-file')),
      tokens: tokenFile === undefined ? undefined : readTokenFile(tokenFile),
      serviceAccounts,
      bootstrapTokens: flagTrue(flags, 'enable-bootstrap-token-auth'),
      anonymous: anonymousAccess(context, flags, gates),
    },
    ...auditOf(context, flags),
    dial: dialFrom(context, read('kubelet-client-certificate')),
    kubelets: { addressTypes: addressTypes(flags), ca: read('kubelet-certificate-authority') },
    allowsPrivileged: flagTrue(flags, 'allow-privileged'),
    advertise: advertised(context, flags),
    serviceRange: flagList(flags, 'service-cluster-ip-range')[0] ?? '10.0.0.0/24',
    ...nodePorts(flags),
    ...tolerations(flags),
    ...eventTtl(flags),
    fairness: flagTrue(flags, 'enable-priority-and-fairness', true),
    runtimeConfig: parseRuntimeConfig(flagList(flags, 'runtime-config')),
    enabledPlugins: flagList(flags, 'enable-admission-plugins'),
    disabledPlugins: flagList(flags, 'disable-admission-plugins'),
    admission: admissionConfiguration(context, flags),
    authorizationModes: authorizers(context, flags),
  });
}

/** Requests of the server's own, with the certificate that kubelets know it by. */
function dialFrom(context: Context, certificate: string | undefined): Dial {
  return ({ address, port, tls, verify, shows }, request) => {
    const scheme = tls ? 'https' : 'http';
    const client = new HttpClient(context, {
      server: `${scheme}://${address}:${port}`,
      ...(verify ?? { insecure: true }),
      ...(shows ? { certificate } : {}),
      userAgent: 'kube-apiserver',
    });
    return client.request(request);
  };
}

/** Models pkg/controlplane/apiserver/options NewOptions */
const ADDRESS_TYPES = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'];

function addressTypes(flags: FlagValues): readonly string[] {
  const given = flagList(flags, 'kubelet-preferred-address-types');
  return given.length > 0 ? given : ADDRESS_TYPES;
}

function advertised(context: Context, flags: FlagValues): { address: string; port: number } {
  const address = flags.get('advertise-address') ?? context.network.primaryAddress() ?? '127.0.0.1';
  return { address, port: Number(flags.get('secure-port') ?? 6443) };
}

/** Without a policy nothing is recorded, without a path there is nowhere to. */
function auditOf(context: Context, flags: FlagValues): { audit?: AuditLog } {
  const policyFile = flags.get('audit-policy-file');
  const path = flags.get('audit-log-path');
  const policy = policyFile ? auditPolicy(context, policyFile) : undefined;
  if (!policy || !path) return {};
  const limit = (name: string) => Number(flags.get(`audit-log-${name}`) ?? 0);
  const limits = { maxSize: limit('maxsize'), maxBackups: limit('maxbackup'), maxAge: limit('maxage') };
  const file = path === '-' ? undefined : new AuditFile(context, path, limits);
  const write = (line: string) => {
    if (file) file.write(line);
    else context.fds.get(1)?.write(line);
  };
  return { audit: new AuditLog(policy, write) };
}

function auditPolicy(context: Context, path: string): AuditPolicy {
  try {
    return readAuditPolicy(context.fs.read(path), path);
  } catch (error) {
    if (isSystemError(error)) throw error;
    throw new StartError(`loading audit policy file: ${(error as Error).message}`);
  }
}

function eventTtl(flags: FlagValues): { eventTtlMs?: number } {
  const ttl = parseGoDuration(flags.get('event-ttl') ?? '');
  return ttl === undefined ? {} : { eventTtlMs: ttl };
}

/** `--service-node-port-range=30000-32767`. Models apimachinery/pkg/util/net PortRange.Set. */
function nodePorts(flags: FlagValues): { nodePorts?: NodePorts } {
  const range = flags.get('service-node-port-range');
  if (!range) return {};
  const refuse = (why: string): never => {
    throw new FlagError(`invalid argument "${range}" for "--service-node-port-range" flag: ${why}`);
  };
  const [, base = '', mark, end = ''] = /^([^-+]*)(?:([-+])(.*))?$/.exec(range) ?? [];
  const port = (text: string) =>
    /^\d+$/.test(text)
      ? Number(text)
      : refuse(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const first = port(base);
  const last = mark === undefined ? first : mark === '-' ? port(end) : first + port(end);
  if (first > 65_535 || last > 65_535) refuse(`the port range cannot be greater than 65535: ${range}`);
  if (last < first) refuse(`end port cannot be less than start port: ${range}`);
  return { nodePorts: { first, last } };
}

/** How long pods stay on a node in trouble. */
function tolerations(flags: FlagValues): Pick<ApiServerOptions, 'tolerationSeconds'> {
  const seconds = (name: string) => Number(flags.get(name) ?? DEFAULT_TOLERATION_SECONDS);
  const notReady = seconds('default-not-ready-toleration-seconds');
  return { tolerationSeconds: { notReady, unreachable: seconds('default-unreachable-toleration-seconds') } };
}

/** Whom the server believes about who somebody else is. */
function frontProxy(flags: FlagValues, clientCa: string | undefined): FrontProxyOptions | undefined {
  if (clientCa === undefined) return undefined;
  const lower = (name: string) => flagList(flags, name).map((header) => header.toLowerCase());
  return {
    clientCa,
    allowedNames: flagList(flags, 'requestheader-allowed-names'),
    usernameHeaders: lower('requestheader-username-headers'),
    groupHeaders: lower('requestheader-group-headers'),
    extraPrefixes: lower('requestheader-extra-headers-prefix'),
  };
}

/** Says what is wrong with the flags, and what is not simulated, rather than to start with less than was asked for. */
export function checkSimulated(context: Context, flags: FlagValues, gates: FeatureGates): void {
  const problems = flagProblems(flags);
  if (problems.length > 0)
    throw new StartError(problems.length === 1 ? (problems[0] as string) : `[${problems.join(', ')}]`);
  anonymousAccess(context, flags, gates);
  authorizers(context, flags);
  try {
    checkEncryption(context, flags);
    admissionConfiguration(context, flags);
  } catch (error) {
    throw new StartError((error as Error).message);
  }
  const prefix = flags.get('etcd-prefix');
  if (prefix && prefix !== '/registry') throw new StartError(`--etcd-prefix=${prefix} is not simulated`);
}
