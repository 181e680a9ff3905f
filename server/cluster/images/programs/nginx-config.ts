/** A directive of an nginx configuration with its block, if it has one. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | undefined;
  readonly file: string;
  readonly line: number;
}

export class NginxConfigError extends Error {
  override name = 'NginxConfigError';

  /** Without a place: it is not the configuration itself that is wrong. */
  constructor(message: string, file?: string, line?: number) {
    super(file === undefined ? message : `${message} in ${file}:${line}`);
  }
}

interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
}

type ReadFiles = (pattern: string) => readonly { path: string; text: string }[];

/** Reads a configuration and all that it includes. */
export function readNginxConfig(path: string, text: string, include: ReadFiles): Directive[] {
  const tokens = tokenize(text);
  let at = 0;
  const block = (depth: number): Directive[] => {
    const list: Directive[] = [];
    for (;;) {
      const token = tokens[at];
      if (!token) {
        if (depth > 0) throw new NginxConfigError('unexpected end of file, expecting "}"', path, lines(text));
        return list;
      }
      if (!token.quoted && token.text === '}') {
        if (depth === 0) throw new NginxConfigError('unexpected "}"', path, token.line);
        at++;
        return list;
      }
      const directive = one(depth);
      if (directive.name === 'include' && directive.block === undefined) {
        for (const file of include(directive.args[0] ?? ''))
          list.push(...readNginxConfig(file.path, file.text, include));
      } else {
        list.push(directive);
      }
    }
  };
  const one = (depth: number): Directive => {
    const words: string[] = [];
    const first = tokens[at] as Token;
    for (;;) {
      const token = tokens[at++];
      if (!token)
        throw new NginxConfigError('unexpected end of file, expecting ";" or "}"', path, lines(text));
      if (token.quoted || !['{', '}', ';'].includes(token.text)) {
        words.push(token.text);
        continue;
      }
      const [name = '', ...args] = words;
      if (token.text === '}' || name === '')
        throw new NginxConfigError(`unexpected "${token.text}"`, path, token.line);
      const inner = token.text === '{' ? block(depth + 1) : undefined;
      return { name, args, block: inner, file: path, line: first.line };
    }
  };
  return block(0);
}

/** Every name that stands for something here; what is not listed is unknown to the server, too. */
const KNOWN = new Set(
  `access_log accept_mutex add_header alias allow auth_basic auth_basic_user_file autoindex charset client_body_buffer_size
client_body_timeout client_header_timeout client_max_body_size default_type daemon deny env error_log error_page events
expires fastcgi_index fastcgi_param fastcgi_pass geo gzip gzip_comp_level gzip_min_length gzip_proxied gzip_types
gzip_vary http http2 if index internal ip_hash keepalive keepalive_requests keepalive_timeout large_client_header_buffers
least_conn limit_except limit_rate limit_req limit_req_zone limit_conn limit_conn_zone listen load_module location
log_format log_not_found map map_hash_bucket_size multi_accept open_file_cache pid proxy_buffering proxy_buffers
proxy_cache proxy_cache_path proxy_connect_timeout proxy_http_version proxy_pass proxy_read_timeout proxy_redirect
proxy_send_timeout proxy_set_header real_ip_header resolver return rewrite root satisfy sendfile server server_name
server_names_hash_bucket_size server_tokens set set_real_ip_from ssl_certificate ssl_certificate_key ssl_ciphers
ssl_prefer_server_ciphers ssl_protocols ssl_session_cache ssl_session_timeout stream stub_status sub_filter tcp_nodelay
tcp_nopush try_files types types_hash_max_size upstream use user worker_connections worker_processes
worker_rlimit_nofile zone`.split(/\s+/),
);

/** Blocks whose content is data, not directives. */
const DATA = new Set(['types', 'map', 'geo', 'upstream']);

/** Throws for the first directive that nginx does not know. */
export function checkDirectives(directives: readonly Directive[]): void {
  for (const directive of directives) {
    const { name, file, line, block } = directive;
    if (!KNOWN.has(name)) throw new NginxConfigError(`unknown directive "${name}"`, file, line);
    if (block && !DATA.has(name)) checkDirectives(block);
  }
}

/** Throws for the first server that is named and not known: nginx looks them up before it starts. */
export function checkUpstreams(http: readonly Directive[], isKnown: (name: string) => boolean): void {
  const groups = new Set(http.filter(({ name }) => name === 'upstream').map(({ args }) => args[0]));
  const check = (target: string, { file, line }: Directive) => {
    const name = /^(?:https?:\/\/)?(\[[^\]]+\]|[^/:;$]+)/.exec(target)?.[1];
    if (name === undefined || target.includes('$') || groups.has(name) || isKnown(name)) return;
    throw new NginxConfigError(`host not found in upstream "${name}"`, file, line);
  };
  const walk = (directives: readonly Directive[], isGroup: boolean) => {
    for (const directive of directives) {
      if (directive.name === 'proxy_pass' || (isGroup && directive.name === 'server'))
        check(directive.args[0] ?? '', directive);
      walk(directive.block ?? [], directive.name === 'upstream');
    }
  };
  walk(http, false);
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  const pattern =
    /\n|[ \t\r]+|#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([{};])|((?:\$\{|\\.|[^\s{};"'])(?:\$\{[^}]*\}|\\.|[^\s{};])*)/g;
  for (const match of text.matchAll(pattern)) {
    const quoted = match[1] ?? match[2];
    if (match[0] === '\n') line++;
    else if (quoted !== undefined) tokens.push({ text: quoted, quoted: true, line });
    else if (match[3] ?? match[4])
      tokens.push({ text: (match[3] ?? match[4]) as string, quoted: false, line });
    if (quoted !== undefined) line += quoted.split('\n').length - 1;
  }
  return tokens;
}

function lines(text: string): number {
  return text.split('\n').length;
}
