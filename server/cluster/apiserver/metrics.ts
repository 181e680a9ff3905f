import { featureGateStages } from '../feature-gates.ts';
import type { Call } from './call.ts';
import type { RequestInfo } from './request-info.ts';

interface Counted extends Pick<RequestInfo, 'verb' | 'group' | 'version' | 'resource'> {
  readonly code: number;
  count: number;
}

/** Requests counted by what they were, for `/metrics`. */
export class RequestCounters {
  readonly #counts = new Map<string, Counted>();

  count({ verb, group, version, resource }: RequestInfo, code: number): void {
    const key = `${verb} ${group}/${version}/${resource} ${code}`;
    const known = this.#counts.get(key);
    if (known) known.count++;
    else this.#counts.set(key, { verb, group, version, resource, code, count: 1 });
  }

  lines(): string[] {
    return [...this.#counts.values()]
      .map(
        ({ verb, group, version, resource, code, count }) =>
          `apiserver_request_total{code="${code}",component="apiserver",dry_run="",group="${group}",resource="${resource}",scope="",subresource="",verb="${verb.toUpperCase()}",version="${version}"} ${count}`,
      )
      .sort();
  }
}

/** Requests are answered before the next one comes; watches go on. */
const IN_FLIGHT = [
  '# HELP apiserver_current_inflight_requests [STABLE] Maximal number of currently used inflight request limit of this apiserver per request kind in last second.',
  '# TYPE apiserver_current_inflight_requests gauge',
  'apiserver_current_inflight_requests{request_kind="mutating"} 0',
  'apiserver_current_inflight_requests{request_kind="readOnly"} 1',
];

/** The server's metrics in Prometheus' text format: those that somebody looks at. */
export function metrics({ server }: Call): string {
  const { gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform, major, minor } =
    server.version;
  const build = `build_date="${buildDate}",compiler="${compiler}",git_commit="${gitCommit}",git_tree_state="${gitTreeState}",git_version="${gitVersion}",go_version="${goVersion}",major="${major}",minor="${minor}",platform="${platform}"`;
  const objects = server.served
    .all()
    .filter(({ stored, kind }) => stored && kind.stored !== false)
    .map((served) => {
      const name = served.group === '' ? served.resource : `${served.resource}.${served.group}`;
      return `apiserver_storage_objects{resource="${name}"} ${server.store.log.count(served.prefix)}`;
    })
    .sort();
  const features = featureGateStages()
    .map(({ name, stage }) => {
      const enabled = server.gates.isOn(name) ? 1 : 0;
      return `kubernetes_feature_enabled{name="${name}",stage="${stage}"} ${enabled}`;
    })
    .sort();
  return [
    ...IN_FLIGHT,
    '# HELP apiserver_request_total [STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.',
    '# TYPE apiserver_request_total counter',
    ...server.counters.lines(),
    '# HELP apiserver_storage_objects [STABLE] Number of stored objects at the time of last check split by kind.',
    '# TYPE apiserver_storage_objects gauge',
    ...objects,
    '# HELP kubernetes_build_info [ALPHA] A metric with a constant value of 1.',
    '# TYPE kubernetes_build_info gauge',
    `kubernetes_build_info{${build}} 1`,
    '# HELP kubernetes_feature_enabled [BETA] This metric records the data about the stage and enablement of a k8s feature.',
    '# TYPE kubernetes_feature_enabled gauge',
    ...features,
    '',
  ].join('\n');
}
