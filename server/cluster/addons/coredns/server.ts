import {
  type Context,
  type DnsAnswer,
  type DnsServer,
  type DnsType,
  queryServer,
} from '../../../host/index.ts';
import type { Directive, ServerBlock } from './corefile.ts';
import { type ClusterView, KubernetesZone } from './kubernetes.ts';
import { answerFrom, readZone } from './zone-file.ts';

const NOTHING: DnsAnswer = { code: 'REFUSED', answers: [], authoritative: false };
const DEPTH = 8;

/** One plugin that answers: undefined hands the question on. */
type Handler = (name: string, type: DnsType) => DnsAnswer | undefined;

interface Zone {
  readonly zone: string;
  readonly rewrite: (name: string) => string;
  readonly handlers: readonly Handler[];
  readonly logs: boolean;
}

/** The server of one port: the longest matching zone answers, its plugins in CoreDNS' fixed order. */
export class CoreDnsServer implements DnsServer {
  readonly #context: Context;
  readonly #zones: readonly Zone[];
  readonly #log: (text: string) => void;
  /** Answers by labels of the metric. */
  readonly counts = new Map<string, number>();

  constructor(
    context: Context,
    blocks: readonly ServerBlock[],
    view: ClusterView,
    log: (text: string) => void,
  ) {
    this.#context = context;
    this.#log = log;
    this.#zones = blocks
      .flatMap((block) => block.zones.map((zone) => ({ zone, ...this.#plugins(block, view) })))
      .sort((a, b) => b.zone.length - a.zone.length);
  }

  query(name: string, type: DnsType, from: string): DnsAnswer {
    const block = this.#zones.find(({ zone }) => zone === '.' || name === zone || name.endsWith(`.${zone}`));
    if (!block) return NOTHING;
    const answer = this.#resolve(block, name, type, 0);
    const labels = `plugin="",rcode="${answer.code}",server="dns://:53",view="",zone="${block.zone}"`;
    this.counts.set(labels, (this.counts.get(labels) ?? 0) + 1);
    if (block.logs)
      this.#log(
        `[INFO] ${from}:40000 - 1 "${type} IN ${name} udp ${name.length + 16} false 512" ${answer.code} qr,aa,rd ${name.length + 60} 0.000142s\n`,
      );
    return answer;
  }

  #resolve(block: Zone, asked: string, type: DnsType, depth: number): DnsAnswer {
    const name = block.rewrite(asked);
    for (const handler of block.handlers) {
      const answer = handler(name, type);
      if (!answer) continue;
      const cname = answer.answers.find((record) => record.type === 'CNAME');
      const renamed = answer.answers.map((record) =>
        record.name === name ? { ...record, name: asked } : record,
      );
      if (!cname || type === 'CNAME' || depth >= DEPTH) return { ...answer, answers: renamed };
      const target = this.#resolve(block, cname.data, type, depth + 1);
      return { ...answer, answers: [...renamed, ...target.answers] };
    }
    return { code: 'REFUSED', answers: [], authoritative: false };
  }

  #plugins(block: ServerBlock, view: ClusterView) {
    const of = (name: string) => block.directives.filter((d) => d.name === name);
    const rewrites = of('rewrite').map(rewriter);
    const handlers: Handler[] = [
      ...of('template').map(template),
      ...of('hosts').map((d) => hosts(d, this.#context)),
      ...of('kubernetes').map((d): Handler => {
        const zone = new KubernetesZone(d, view);
        return (name, type) => zone.query(name, type);
      }),
      ...of('file').map((d) => zoneFile(d, block, this.#context)),
      ...of('forward').map((d) => forward(d, this.#context, of('errors').length > 0 ? this.#log : () => {})),
    ];
    return {
      rewrite: (name: string) => rewrites.reduce((n, rewrite) => rewrite(n), name),
      handlers,
      logs: of('log').length > 0,
    };
  }
}

function dotted(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

// Models coredns plugin/rewrite (exact, prefix, suffix and substring names)
function rewriter({ args }: Directive): (name: string) => string {
  const words = args[0] === 'stop' || args[0] === 'continue' ? args.slice(1) : args;
  if (words[0] !== 'name') return (name) => name;
  const [mode, from, to] =
    words.length >= 4
      ? [words[1] ?? '', words[2] ?? '', words[3] ?? '']
      : ['exact', words[1] ?? '', words[2] ?? ''];
  switch (mode) {
    case 'exact':
      return (name) => (name === dotted(from) ? dotted(to) : name);
    case 'suffix':
      return (name) =>
        name.endsWith(dotted(from)) ? name.slice(0, -dotted(from).length) + dotted(to) : name;
    case 'prefix':
      return (name) => (name.startsWith(from) ? to + name.slice(from.length) : name);
    case 'substring':
      return (name) => name.replace(from, to);
    case 'regex':
      return regexRewriter(from, to);
    default:
      return (name) => name;
  }
}

/** `(.*)\.shop\.local` and the like: groups of anything between fixed text, taken apart without a regex engine. */
function regexRewriter(from: string, to: string): (name: string) => string {
  const parts = from
    .replace(/^\^/, '')
    .replace(/\\?\.?\$$/, '')
    .split(/\((?:\.\*|\.\+|\[[^\]]*\][*+])\)/)
    .map((part) => part.replaceAll('\\.', '.'));
  if (parts.length !== 2) return (name) => name;
  const [head = '', tail = ''] = parts;
  return (name) => {
    const bare = name.replace(/\.$/, '');
    if (
      !bare.startsWith(head) ||
      !bare.endsWith(tail.replace(/\.$/, '')) ||
      bare.length <= head.length + tail.length
    )
      return name;
    const middle = bare.slice(head.length, bare.length - tail.replace(/\.$/, '').length);
    return dotted(to.replace('{1}', middle));
  };
}

function hosts(directive: Directive, context: Context): Handler {
  const [file] = directive.args;
  const inline = directive.block.filter(([first]) => /^[\d.]+$/.test(first ?? ''));
  const falls = directive.block.some(([first]) => first === 'fallthrough');
  return (name, type) => {
    const text = file && context.fs.isFile(file) ? context.fs.read(file) : '';
    const lines = [...inline, ...text.split('\n').map((line) => line.trim().split(/\s+/))];
    const found = lines.filter(([, ...names]) => names.some((n) => dotted(n) === name));
    if (found.length > 0) {
      const answers =
        type === 'A' ? found.map(([address = '']) => ({ name, type, ttl: 3600, data: address })) : [];
      return { code: 'NOERROR', answers, authoritative: true };
    }
    return falls ? undefined : { code: 'NXDOMAIN', answers: [], authoritative: true };
  };
}

function template(directive: Directive): Handler {
  const [, wanted = 'ANY', zone = '.'] = directive.args;
  const answer = directive.block
    .find(([first]) => first === 'answer')
    ?.slice(1)
    .join(' ');
  const rcode = directive.block.find(([first]) => first === 'rcode')?.[1];
  return (name, type) => {
    if ((wanted !== 'ANY' && wanted !== type) || !(zone === '.' || name.endsWith(dotted(zone))))
      return undefined;
    if (rcode)
      return { code: rcode === 'NXDOMAIN' ? 'NXDOMAIN' : 'NOERROR', answers: [], authoritative: true };
    const match = /(\d+) IN (\w+) (\S+)/.exec(answer ?? '');
    const answers =
      match?.[2] === type ? [{ name, type, ttl: Number(match[1]), data: match[3] as string }] : [];
    return { code: 'NOERROR', answers, authoritative: true };
  };
}

/** The servers that a forward directive names; a file is read as resolv.conf. */
export function upstreams(directive: Directive, context: Context): string[] {
  return directive.args.slice(1).flatMap((to) => {
    if (!to.startsWith('/')) return [to.replace(/^(dns|tls):\/\//, '').replace(/:\d+$/, '')];
    const text = context.fs.isFile(to) ? context.fs.read(to) : '';
    return text.split('\n').flatMap((line) => /^nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
  });
}

/** `file /etc/coredns/example.db example.org`: read whenever it is asked, as the plugin reloads it. */
function zoneFile(directive: Directive, block: ServerBlock, context: Context): Handler {
  const [path = '', ...given] = directive.args;
  const zones = (given.length > 0 ? given : block.zones).map(dotted);
  const falls = directive.block.some(([first]) => first === 'fallthrough');
  return (name, type) => {
    const zone = zones.find((z) => z === '.' || name === z || name.endsWith(`.${z}`));
    if (zone === undefined) return undefined;
    if (!context.fs.isFile(path)) return { code: 'SERVFAIL', answers: [], authoritative: false };
    const answer = answerFrom(readZone(context.fs.read(path), zone), name, type);
    return answer.code === 'NXDOMAIN' && falls ? undefined : answer;
  };
}

function forward(directive: Directive, context: Context, complain: (text: string) => void): Handler {
  const zone = dotted(directive.args[0] ?? '.');
  const except = directive.block
    .filter(([first]) => first === 'except')
    .flatMap((words) => words.slice(1).map(dotted));
  return (name, type) => {
    if (zone !== '.' && name !== zone && !name.endsWith(`.${zone}`)) return undefined;
    if (except.some((z) => name.endsWith(z))) return undefined;
    for (const server of upstreams(directive, context)) {
      const answer = queryServer(context, server, name, type);
      if (typeof answer !== 'string') return answer;
      const why = answer === 'timeout' ? 'i/o timeout' : 'read: connection refused';
      const own = context.network.primaryAddress();
      complain(`[ERROR] plugin/errors: 2 ${name} ${type}: read udp ${own}:40000->${server}:53: ${why}\n`);
    }
    return { code: 'SERVFAIL', answers: [], authoritative: false };
  };
}
