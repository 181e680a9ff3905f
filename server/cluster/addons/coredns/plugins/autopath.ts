import { type Context, resolverConfig } from '../../../../host/index.ts';
import { CorefileError, type Directive, type ServerBlock } from '../corefile.ts';
import type { ClusterView } from '../kubernetes.ts';
import { dotted, type Question, zoneOf } from './plugin.ts';

/** The names to be tried for a question, in order: none where its client does not begin a search. */
export type SearchPath = (question: Question) => string[];

/** `autopath @kubernetes`: the server goes through a pod's search list for it. Models coredns plugin/autopath. */
export function autopath(
  { args }: Directive,
  block: ServerBlock,
  context: Context,
  view: ClusterView,
): SearchPath {
  const from = args.at(-1);
  const kubernetes = block.directives.find(({ name }) => name === 'kubernetes');
  if (from !== '@kubernetes' || !kubernetes)
    throw new CorefileError(`plugin/autopath: ${from ?? 'no resolv-conf specified'}: not simulated here`);
  const zones = (args.length > 1 ? args.slice(0, -1) : block.zones).map(dotted);
  const [zone = 'cluster.local.'] = kubernetes.args.map(dotted);
  return ({ name, type, from: client }) => {
    if (zoneOf(name, zones) === undefined || (type !== 'A' && type !== 'AAAA')) return [];
    const namespace = view.podAt(client)?.metadata.namespace;
    if (namespace === undefined) return [];
    const inside = [`${namespace}.svc.${zone}`, `svc.${zone}`, zone];
    const [first = ''] = inside;
    if (!name.endsWith(`.${first}`)) return [];
    const bare = name.slice(0, -first.length - 1);
    const search = [...inside, ...resolverConfig(context).search.map(dotted)];
    return [...search.map((domain) => `${bare}.${domain}`), `${bare}.`];
  };
}
