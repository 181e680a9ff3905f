/** A plugin's line in a Corefile, with its block. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly (readonly string[])[];
  readonly line: number;
}

export interface ServerBlock {
  /** Zones with a dot at the end: `.`, `cluster.local.`. */
  readonly zones: readonly string[];
  readonly port: number;
  /** As written: `.:53`. */
  readonly key: string;
  readonly directives: readonly Directive[];
}

export class CorefileError extends Error {
  override name = 'CorefileError';
}

/** The plugins that the released CoreDNS is built with. */
const PLUGINS = new Set(
  `root metadata geoip cancel tls quic timeouts multisocket reload nsid bufsize bind debug trace ready health pprof prometheus errors
log dnstap local dns64 acl any chaos loadbalance tsig cache rewrite header dnssec autopath minimal template transfer hosts
route53 azure clouddns k8s_external kubernetes file auto secondary etcd loop forward grpc erratic whoami on sign view
nomad import`.split(/\s+/),
);

interface Token {
  readonly text: string;
  readonly line: number;
}

/** Reads a Corefile. Models coredns/caddy caddyfile and its error messages. */
export function parseCorefile(text: string, path: string): ServerBlock[] {
  const tokens = tokenize(text);
  const blocks: ServerBlock[] = [];
  let at = 0;
  const fail = (line: number, why: string) =>
    new CorefileError(`${path}:${line} - Error during parsing: ${why}`);
  while (at < tokens.length) {
    const keys: string[] = [];
    while (tokens[at] && tokens[at]?.text !== '{') keys.push((tokens[at++] as Token).text.replace(/,$/, ''));
    if (!tokens[at]) throw fail(tokens.at(-1)?.line ?? 1, 'Unexpected EOF');
    at++;
    const directives: Directive[] = [];
    for (;;) {
      const first = tokens[at];
      if (!first) throw fail(tokens.at(-1)?.line ?? 1, "Unexpected EOF, expected '}'");
      at++;
      if (first.text === '}') break;
      if (!PLUGINS.has(first.text)) throw fail(first.line, `Unknown directive '${first.text}'`);
      const args: string[] = [];
      while (tokens[at] && tokens[at]?.line === first.line && !['{', '}'].includes(tokens[at]?.text ?? ''))
        args.push((tokens[at++] as Token).text);
      const block: string[][] = [];
      if (tokens[at]?.text === '{' && tokens[at]?.line === first.line) {
        at++;
        while (tokens[at] && tokens[at]?.text !== '}') {
          const { line } = tokens[at] as Token;
          const words: string[] = [];
          while (tokens[at] && tokens[at]?.line === line && tokens[at]?.text !== '}')
            words.push((tokens[at++] as Token).text);
          block.push(words);
        }
        if (!tokens[at]) throw fail(first.line, "Unexpected EOF, expected '}'");
        at++;
      }
      directives.push({ name: first.text, args, block, line: first.line });
    }
    blocks.push(...serverBlocks(keys, directives));
  }
  return blocks;
}

function serverBlocks(keys: readonly string[], directives: readonly Directive[]): ServerBlock[] {
  return keys.map((key) => {
    const match = /^(?:dns:\/\/)?(.*?)(?::(\d+))?$/.exec(key);
    const zone = match?.[1] || '.';
    const port = Number(match?.[2] ?? 53);
    return {
      zones: [zone.endsWith('.') ? zone : `${zone}.`],
      port,
      key: `${zone.endsWith('.') ? zone : `${zone}.`}:${port}`,
      directives,
    };
  });
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  text.split('\n').forEach((line, i) => {
    for (const match of line.replace(/(^|\s)#.*$/, '').matchAll(/"([^"]*)"|(\S+)/g)) {
      const word = match[1] ?? (match[2] as string);
      tokens.push({ text: word, line: i + 1 });
    }
  });
  return tokens;
}
