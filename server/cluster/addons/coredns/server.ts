import type { Context, DnsAnswer, DnsServer, DnsType } from '../../../host/index.ts';
import type { ServerBlock } from './corefile.ts';
import { type ClusterView, KubernetesZone } from './kubernetes.ts';
import { acl } from './plugins/acl.ts';
import { autopath, type SearchPath } from './plugins/autopath.ts';
import { erratic, whoami } from './plugins/diagnostic.ts';
import { external } from './plugins/external.ts';
import { forward } from './plugins/forward.ts';
import { hosts, local } from './plugins/hosts.ts';
import { logger } from './plugins/log.ts';
import { type Handler, isBelow, type Question } from './plugins/plugin.ts';
import { type Rewrite, rewriter } from './plugins/rewrite.ts';
import { template } from './plugins/template.ts';
import { auto, zoneFile } from './plugins/zone-files.ts';

const NOTHING: DnsAnswer = { code: 'REFUSED', answers: [], authoritative: false };
const DEPTH = 8;

interface Zone {
  readonly zone: string;
  readonly rewrites: readonly Rewrite[];
  readonly searches: readonly SearchPath[];
  readonly handlers: readonly Handler[];
  readonly log: ReturnType<typeof logger>;
}

/** The server of one port: the longest matching zone answers, its plugins in CoreDNS' fixed order. */
export class CoreDnsServer implements DnsServer {
  readonly #context: Context;
  readonly #zones: readonly Zone[];
  readonly #say: (text: string) => void;
  /** Answers by labels of the metric. */
  readonly counts = new Map<string, number>();

  /** Throws CorefileError for what a plugin does not take. */
  constructor(
    context: Context,
    blocks: readonly ServerBlock[],
    view: ClusterView,
    say: (text: string) => void,
  ) {
    this.#context = context;
    this.#say = say;
    this.#zones = blocks
      .flatMap((block) => block.zones.map((zone) => ({ zone, ...this.#plugins(block, view) })))
      .sort((a, b) => b.zone.length - a.zone.length);
  }

  query(name: string, type: DnsType, from: string): DnsAnswer | 'timeout' {
    const block = this.#zones.find(({ zone }) => isBelow(name, zone));
    if (!block) return NOTHING;
    const question = { name, type, from };
    const answer = this.#search(block, question);
    if (answer === 'timeout') return answer;
    const labels = `plugin="",rcode="${answer.code}",server="dns://:53",view="",zone="${block.zone}"`;
    this.counts.set(labels, (this.counts.get(labels) ?? 0) + 1);
    block.log(question, answer);
    return answer;
  }

  /** Goes through the search list of a client that would do so itself. */
  #search(block: Zone, question: Question): DnsAnswer | 'timeout' {
    const names = block.searches.flatMap((search) => search(question));
    let first: DnsAnswer | undefined;
    for (const name of names) {
      const answer = this.#resolve(block, { ...question, name }, 0);
      if (answer === 'timeout') return answer;
      first ??= answer;
      if (answer.code === 'NXDOMAIN') continue;
      const [head] = answer.answers;
      if (name === question.name || !head) return answer;
      const alias = { name: question.name, type: 'CNAME', ttl: head.ttl, data: name } as const;
      return { ...answer, answers: [alias, ...answer.answers] };
    }
    return first ?? this.#resolve(block, question, 0);
  }

  #resolve(block: Zone, asked: Question, depth: number): DnsAnswer | 'timeout' {
    const { question, change } = rewritten(block.rewrites, asked);
    for (const handler of block.handlers) {
      const answer = handler(question);
      if (!answer) continue;
      if (answer === 'timeout') return answer;
      const cname = answer.answers.find((record) => record.type === 'CNAME');
      if (!cname || asked.type === 'CNAME' || depth >= DEPTH) return change(answer);
      const target = this.#resolve(block, { ...asked, name: cname.data }, depth + 1);
      if (target === 'timeout') return target;
      return change({ ...answer, answers: [...answer.answers, ...target.answers] });
    }
    return NOTHING;
  }

  #plugins(block: ServerBlock, view: ClusterView): Omit<Zone, 'zone'> {
    const context = this.#context;
    const of = (name: string) => block.directives.filter((d) => d.name === name);
    const complain = of('errors').length > 0 ? this.#say : () => {};
    return {
      rewrites: of('rewrite').map(rewriter),
      searches: of('autopath').map((d) => autopath(d, block, context, view)),
      log: logger(of('log'), this.#say),
      handlers: [
        ...of('local').map(() => local),
        ...of('acl').map((d) => acl(d, block)),
        ...of('template').map((d) => template(d, block)),
        ...of('hosts').map((d) => hosts(d, block, context)),
        ...of('k8s_external').map((d) => external(d, view)),
        ...of('kubernetes').map((d): Handler => {
          const zone = new KubernetesZone(d, view);
          return ({ name, type }) => zone.query(name, type);
        }),
        ...of('file').map((d) => zoneFile(d, block, context)),
        ...of('auto').map((d) => auto(d, block, context)),
        ...of('forward').map((d) => forward(d, context, complain)),
        ...of('erratic').map(erratic),
        ...of('whoami').map(() => whoami),
      ],
    };
  }
}

/** What the rules make of a question, and what they will make of its answer. */
function rewritten(rules: readonly Rewrite[], asked: Question) {
  let question = asked;
  const changes: ((answer: DnsAnswer) => DnsAnswer)[] = [];
  for (const { apply, continues } of rules) {
    const made = apply(question);
    if (!made) continue;
    ({ question } = made);
    if (made.answer) changes.push(made.answer);
    if (!continues) break;
  }
  return { question, change: (answer: DnsAnswer) => changes.reduce((one, change) => change(one), answer) };
}
