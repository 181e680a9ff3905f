import { bodyText, type Context, isSystemError } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { HttpClient } from '../../client/http-client.ts';
import type { Settings } from './settings.ts';

/** A node's or container's figures at one moment. */
interface Sample {
  readonly cpuSeconds: number;
  readonly bytes: number;
}

/** Cores and bytes in use. */
export interface Usage {
  readonly cores: number;
  readonly bytes: number;
}

export interface NodeFigures {
  readonly node: Usage;
  /** By `namespace/pod`, then by container. */
  readonly pods: ReadonlyMap<string, ReadonlyMap<string, Usage>>;
  readonly time: number;
}

/** Why a kubelet's figures cannot be had, in the words of the log. */
export class ScrapeError extends Error {
  override name = 'ScrapeError';
}

const PATH = '/metrics/resource';

/** Reads the figures of a node at the two last moments they were due, and takes the difference. Models pkg/scraper. */
export function scrape(context: Context, settings: Settings, node: KubeObject, token: string): NodeFigures {
  const address = addressOf(node, settings.addressTypes);
  if (address === undefined) throw new ScrapeError(`node ${node.metadata.name} has no known addresses`);
  const port = settings.useStatusPort
    ? (node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 10_250)
    : 10_250;
  const server = `https://${address}:${port}`;
  const client = new HttpClient(context, {
    server,
    token,
    insecure: settings.insecureTls,
    ca: settings.kubeletCa,
    userAgent: 'metrics-server/v0.7.2 (linux/amd64) kubernetes/',
  });
  const last = Math.floor(context.now / settings.resolutionMs) * settings.resolutionMs;
  const read = (at: number) => parse(request(client, `${server}${PATH}`, at));
  const [before, now] = [read(last - settings.resolutionMs), read(last)];
  return difference(before, now, settings.resolutionMs, last);
}

/** Models pkg/utils/address_resolver.go */
function addressOf(node: KubeObject, types: readonly string[]): string | undefined {
  const addresses: { type: string; address: string }[] = node.status?.addresses ?? [];
  for (const type of types) {
    const found = addresses.find((one) => one.type === type);
    if (found) return found.address;
  }
  return undefined;
}

function request(client: HttpClient, url: string, at: number): string {
  let response: ReturnType<HttpClient['request']>;
  try {
    response = client.request({ method: 'GET', path: `${PATH}?at=${at}`, headers: {} });
  } catch (error) {
    if (isSystemError(error))
      throw new ScrapeError(`Get \\"${url}\\": ${error.message.replaceAll('"', '\\"')}`);
    throw error;
  }
  const status: Record<number, string> = { 401: '401 Unauthorized', 403: '403 Forbidden' };
  if (response.status !== 200)
    throw new ScrapeError(`request failed, status: \\"${status[response.status] ?? response.status}\\"`);
  return bodyText(response);
}

interface Parsed {
  node: Sample;
  readonly containers: Map<string, Sample>;
}

function parse(text: string): Parsed {
  const parsed: Parsed = { node: { cpuSeconds: 0, bytes: 0 }, containers: new Map() };
  for (const line of text.split('\n')) {
    const [, metric = '', labels = '', value] = /^(\w+)(\{[^}]*\})? (\S+)/.exec(line) ?? [];
    const field = /cpu_usage_seconds_total$/.test(metric) ? 'cpuSeconds' : 'bytes';
    if (!/(cpu_usage_seconds_total|memory_working_set_bytes)$/.test(metric)) continue;
    if (metric.startsWith('node_')) {
      parsed.node = { ...parsed.node, [field]: Number(value) };
      continue;
    }
    const label = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    const key = `${label('namespace')}/${label('pod')}/${label('container')}`;
    const known = parsed.containers.get(key) ?? { cpuSeconds: 0, bytes: 0 };
    parsed.containers.set(key, { ...known, [field]: Number(value) });
  }
  return parsed;
}

function difference(before: Parsed, now: Parsed, ms: number, time: number): NodeFigures {
  const rate = (a: Sample, b: Sample): Usage => ({
    cores: Math.max(0, ((b.cpuSeconds - a.cpuSeconds) * 1000) / ms),
    bytes: b.bytes,
  });
  const pods = new Map<string, Map<string, Usage>>();
  for (const [key, sample] of now.containers) {
    const earlier = before.containers.get(key);
    // Without a figure from before there is nothing to compare with, yet.
    if (!earlier) continue;
    const [namespace, pod, container = ''] = key.split('/');
    const containers = pods.get(`${namespace}/${pod}`) ?? new Map<string, Usage>();
    containers.set(container, rate(earlier, sample));
    pods.set(`${namespace}/${pod}`, containers);
  }
  return { node: rate(before.node, now.node), pods, time };
}
