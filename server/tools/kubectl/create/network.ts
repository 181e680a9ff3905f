import type { Steps } from '../../../sim/index.ts';
import { KubectlError } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { finish, metadata, nameArgument, sortedMap } from './send.ts';
import { intOrString } from './simple.ts';

type Fields = Record<string, any>;

function parsePort(text: string): { port: number; target: number | string; name: string } {
  const [left = '', ...rest] = text.split(':');
  const port = portNumber(left);
  const right = rest.length > 0 ? rest.join(':') : '';
  const name = text.replaceAll(':', '-');
  if (right === '') return { port, target: port, name };
  if (/^[+-]?\d+$/.test(right)) {
    const target = Number(right);
    if (target < 1 || target > 65535) throw new KubectlError('must be between 1 and 65535, inclusive');
    return { port, target, name };
  }
  if (
    !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(right) ||
    right.length > 15 ||
    !/[a-z]/.test(right) ||
    right.includes('--')
  ) {
    throw new KubectlError(portNameProblems(right));
  }
  return { port, target: right, name };
}

function portNameProblems(name: string): string {
  const problems: string[] = [];
  if (name.length > 15) problems.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(name))
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(name)) problems.push('must contain at least one letter (a-z)');
  if (name.includes('--')) problems.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems.join(',');
}

function portNumber(text: string): number {
  const parsing = `strconv.ParseUint: parsing ${JSON.stringify(text)}`;
  if (!/^\d+$/.test(text)) throw new KubectlError(`${parsing}: invalid syntax`);
  if (Number(text) > 65535) throw new KubectlError(`${parsing}: value out of range`);
  return Number(text);
}

interface ServiceOptions {
  type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  clusterIp?: string;
  nodePort?: number;
  externalName?: string;
}

function* createService(k: Kubectl, options: ServiceOptions): Steps<void> {
  const name = nameArgument(k);
  const specs = k.flags.list('tcp');
  if (options.clusterIp === 'None' && options.type !== 'ClusterIP')
    throw new KubectlError('ClusterIP=None can only be used with ClusterIP service type');
  if (options.clusterIp !== 'None' && specs.length === 0 && options.type !== 'ExternalName')
    throw new KubectlError('at least one tcp port specifier must be provided');
  const ports = specs.map((spec) => {
    const { port, target, name: portName } = parsePort(spec);
    const nodePort = options.nodePort ? { nodePort: options.nodePort } : {};
    return { name: portName, protocol: 'TCP', port, targetPort: target, ...nodePort };
  });
  const object = {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: metadata(k, name, { labels: { app: name } }),
    spec: {
      ...(ports.length > 0 ? { ports } : {}),
      selector: { app: name },
      ...(options.clusterIp ? { clusterIP: options.clusterIp } : {}),
      type: options.type,
      ...(options.externalName ? { externalName: options.externalName } : {}),
    },
    status: { loadBalancer: {} },
  };
  yield* finish(k, {
    object,
    root: 'api/v1',
    plural: 'services',
    namespaced: true,
    failure: `failed to create ${options.type} service: `,
  });
}

export function createClusterIp(k: Kubectl): Steps<void> {
  return createService(k, { type: 'ClusterIP', clusterIp: k.flags.string('clusterip') });
}

export function createNodePort(k: Kubectl): Steps<void> {
  return createService(k, { type: 'NodePort', nodePort: k.flags.int('node-port') });
}

export function createLoadBalancer(k: Kubectl): Steps<void> {
  return createService(k, { type: 'LoadBalancer' });
}

export function createExternalName(k: Kubectl): Steps<void> {
  return createService(k, { type: 'ExternalName', externalName: k.flags.string('external-name') });
}

const RULE =
  /^(?<host>[\w*\-.]*)(?<path>(?:\/[\w*\-.:]*)+)=(?<service>[\w\-.]+):(?<port>[\w-]+)(?<tls>,tls(?:=(?<secret>[\w\-.]*))?)?$/;

/** Models create_ingress.go. */
export function* createIngress(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const rules = k.flags.list('rule');
  const backend = k.flags.string('default-backend');
  if (rules.length === 0 && backend === '') {
    throw new KubectlError(
      'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
    );
  }
  const parsed = rules.map((rule) => {
    const match = RULE.exec(rule);
    if (!match?.groups)
      throw new KubectlError(
        `rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`,
      );
    return match.groups as Record<string, string | undefined>;
  });
  const annotations = parseAnnotations(k.flags.list('annotation'));
  if (backend !== '' && backend.split(':').length !== 2)
    throw new KubectlError('default-backend should be in format servicename:serviceport');
  const className = k.flags.string('class');
  const spec: Fields = {
    ...(className ? { ingressClassName: className } : {}),
    ...(backend ? { defaultBackend: backendOf(...(backend.split(':') as [string, string])) } : {}),
  };
  const tls = tlsOf(parsed);
  if (tls.length > 0) spec['tls'] = tls;
  if (parsed.length > 0) spec['rules'] = rulesOf(parsed);
  const meta = metadata(k, name);
  if (Object.keys(annotations).length > 0) meta['annotations'] = annotations;
  const object = {
    kind: 'Ingress',
    apiVersion: 'networking.k8s.io/v1',
    metadata: meta,
    spec,
    status: { loadBalancer: {} },
  };
  yield* finish(k, {
    object,
    root: 'apis/networking.k8s.io/v1',
    plural: 'ingresses',
    namespaced: true,
    failure: 'failed to create ingress: ',
  });
}

function parseAnnotations(list: readonly string[]): Fields {
  const out: Fields = {};
  for (const text of list) {
    const at = text.indexOf('=');
    if (at < 0 || text.slice(0, at) === '')
      throw new KubectlError(`annotation ${text} is invalid and should be in format key=[value]`);
    out[text.slice(0, at)] = text.slice(at + 1);
  }
  return sortedMap(out);
}

function backendOf(service: string, port: string): Fields {
  const number = intOrString(port);
  return { service: { name: service, port: typeof number === 'number' ? { number } : { name: number } } };
}

function rulesOf(parsed: readonly Record<string, string | undefined>[]): Fields[] {
  const hosts = new Map<string, Fields[]>();
  for (const { host = '', path = '', service = '', port = '' } of parsed) {
    const prefix = path.endsWith('*');
    const entry = {
      path: prefix ? path.slice(0, -1) : path,
      pathType: prefix ? 'Prefix' : 'Exact',
      backend: backendOf(service, port),
    };
    hosts.set(host, [...(hosts.get(host) ?? []), entry]);
  }
  return [...hosts].map(([host, paths]) => ({ ...(host ? { host } : {}), http: { paths } }));
}

function tlsOf(parsed: readonly Record<string, string | undefined>[]): Fields[] {
  const secrets = new Map<string, string[]>();
  for (const { host = '', tls, secret = '' } of parsed) {
    if (!tls) continue;
    const hosts = secrets.get(secret) ?? [];
    if (host !== '' && !hosts.includes(host)) hosts.push(host);
    secrets.set(secret, hosts);
  }
  return [...secrets].map(([secretName, hosts]) => ({
    ...(hosts.length > 0 ? { hosts } : {}),
    ...(secretName ? { secretName } : {}),
  }));
}
