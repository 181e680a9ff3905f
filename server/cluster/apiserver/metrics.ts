import { featureGateStages } from '../feature-gates.ts';
import type { Call } from './call.ts';
import type { RequestInfo } from './request-info.ts';

interface Counted {
  readonly info: RequestInfo;
  count: number;
}

/** Requests counted by what they were, for `/metrics`. */
export class RequestCounters {
  /** By code, then by what was asked for: finer than the lines, so that counting makes no keys. */
  readonly #counts = new Map<number, Map<string, Counted>>();

  count(info: RequestInfo, code: number): void {
    const what = info.isResource ? info.what : info.verb;
    const counts = this.#counts.get(code) ?? new Map<string, Counted>();
    const known = counts.get(what);
    if (known) known.count++;
    else this.#counts.set(code, counts.set(what, { info, count: 1 }));
  }

  lines(): string[] {
    const lines = new Map<string, number>();
    for (const [code, counts] of this.#counts) {
      for (const { info, count } of counts.values()) {
        const line = requestLine(info, code);
        lines.set(line, (lines.get(line) ?? 0) + count);
      }
    }
    return [...lines].map(([line, count]) => `${line} ${count}`).sort();
  }
}

/** Requests are answered before the next one comes; watches go on. */
const IN_FLIGHT = [
  '# HELP apiserver_current_inflight_requests [STABLE] Maximal number of currently used inflight request limit of this apiserver per request kind in last second.',
  '# TYPE apiserver_current_inflight_requests gauge',
  'apiserver_current_inflight_requests{request_kind="mutating"} 0',
  'apiserver_current_inflight_requests{request_kind="readOnly"} 1',
];

function requestLine({ verb, group, version, resource }: RequestInfo, code: number): string {
  return `apiserver_request_total{code="${code}",component="apiserver",dry_run="",group="${group}",resource="${resource}",scope="",subresource="",verb="${verb.toUpperCase()}",version="${version}"}`;
}

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
