import { linearRegex } from '../../../objects/linear-regex.ts';
import { type Directive, NginxConfigError } from './nginx-config.ts';

/** Where a directive may stand, how many arguments it takes, and what they are. */
interface Rule {
  readonly in: readonly string[];
  readonly args: readonly [least: number, most: number];
  readonly isFlag: boolean;
}

const rules = new Map<string, Rule>();

function known(where: string, least: number, most: number, names: string, isFlag = false): void {
  for (const name of names.split(/\s+/))
    rules.set(name, { in: where.split(' '), args: [least, most], isFlag });
}

const ANY = 1000;
const HTTP = 'http server location';
known('main', 0, 0, 'events http stream');
known(
  'main',
  1,
  1,
  'pid worker_processes worker_rlimit_nofile load_module env worker_shutdown_timeout working_directory pcre_jit timer_resolution worker_priority',
);
known('main', 1, 2, 'user');
known('main', 1, ANY, 'worker_cpu_affinity');
known('main', 1, 1, 'daemon master_process', true);
known('events', 1, 1, 'worker_connections use accept_mutex_delay');
known('events', 1, 1, 'multi_accept accept_mutex', true);
known('http', 0, 0, 'server');
known('http', 1, 1, 'upstream');
known('http', 1, 2, 'geo map split_clients');
known('http', 2, ANY, 'log_format limit_req_zone limit_conn_zone proxy_cache_path');
known(
  'http',
  1,
  1,
  'map_hash_bucket_size map_hash_max_size server_names_hash_bucket_size server_names_hash_max_size variables_hash_max_size variables_hash_bucket_size',
);
known('server', 1, ANY, 'listen server_name');
known('server location', 1, 2, 'location');
known('server location if', 1, 2, 'return');
known('server location if', 2, 3, 'rewrite');
known('server location if', 2, 2, 'set');
known('server location if', 0, 0, 'break');
known('server location', 1, ANY, 'if');
known('location if limit_except', 1, 1, 'proxy_pass');
known('location if', 1, 1, 'fastcgi_pass uwsgi_pass scgi_pass grpc_pass');
known('location', 1, 1, 'alias auth_request mirror');
known('location', 0, 1, 'stub_status');
known('location', 0, 0, 'internal');
known('location', 1, ANY, 'limit_except');
known('server location', 2, ANY, 'try_files');
known(`main ${HTTP}`, 1, 2, 'error_log');
known(`${HTTP} if limit_except`, 1, ANY, 'access_log');
known(`${HTTP} limit_except`, 1, 1, 'allow deny auth_basic auth_basic_user_file');
known(`${HTTP} if`, 2, 3, 'add_header sub_filter');
known(`${HTTP} if`, 2, ANY, 'error_page');
known(`${HTTP} if`, 1, 1, 'root limit_rate limit_rate_after charset');
known(`${HTTP} if`, 1, 2, 'expires');
known(`${HTTP} if`, 1, 1, 'sendfile gzip sub_filter_once', true);
known(
  HTTP,
  1,
  ANY,
  'index resolver limit_req gzip_types gzip_proxied gzip_disable charset_types ssl_protocols ssl_conf_command proxy_next_upstream proxy_cache_valid proxy_cache_key proxy_redirect proxy_cookie_path proxy_cookie_domain proxy_cache_use_stale proxy_no_cache proxy_cache_bypass fastcgi_next_upstream open_file_cache set_real_ip_from disable_symlinks',
);
known(HTTP, 2, 3, 'proxy_set_header fastcgi_param fastcgi_cache_valid');
known(
  HTTP,
  2,
  2,
  'limit_conn proxy_buffers fastcgi_buffers large_client_header_buffers gzip_buffers output_buffers',
);
known(HTTP, 1, 2, 'keepalive_timeout');
known(HTTP, 0, 0, 'types');
known(HTTP, 1, 1, 'aio');
known(
  HTTP,
  1,
  1,
  `client_body_buffer_size client_body_timeout client_header_buffer_size client_header_timeout
client_max_body_size client_body_temp_path default_type fastcgi_index fastcgi_split_path_info fastcgi_read_timeout
fastcgi_connect_timeout fastcgi_send_timeout fastcgi_buffer_size fastcgi_temp_path fastcgi_hide_header
fastcgi_cache fastcgi_cache_key gzip_comp_level gzip_http_version gzip_min_length keepalive_requests keepalive_time
keepalive_disable limit_conn_status limit_req_status log_not_found_status lingering_close lingering_time
open_file_cache_errors open_file_cache_min_uses open_file_cache_valid postpone_output proxy_bind proxy_buffer_size
proxy_busy_buffers_size proxy_cache proxy_cache_min_uses proxy_cache_lock_timeout proxy_connect_timeout
proxy_headers_hash_bucket_size proxy_headers_hash_max_size proxy_hide_header proxy_http_version proxy_max_temp_file_size
proxy_method proxy_next_upstream_timeout proxy_next_upstream_tries proxy_pass_header proxy_read_timeout proxy_send_timeout
proxy_set_body proxy_ssl_certificate proxy_ssl_certificate_key proxy_ssl_ciphers proxy_ssl_name proxy_ssl_protocols
proxy_ssl_trusted_certificate proxy_temp_path real_ip_header reset_timedout_connection resolver_timeout satisfy
scgi_temp_path send_timeout sendfile_max_chunk server_tokens ssl_certificate ssl_certificate_key ssl_ciphers
ssl_client_certificate ssl_dhparam ssl_ecdh_curve ssl_password_file ssl_session_cache ssl_session_timeout
ssl_trusted_certificate ssl_verify_client ssl_verify_depth ssl_buffer_size sub_filter_types types_hash_bucket_size
types_hash_max_size underscores_in_headers uwsgi_temp_path http2_max_concurrent_streams if_modified_since`,
);
known(
  HTTP,
  1,
  1,
  `absolute_redirect autoindex autoindex_exact_size autoindex_localtime chunked_transfer_encoding etag
fastcgi_intercept_errors fastcgi_keep_conn fastcgi_buffering gzip_static gzip_vary http2 http3 ignore_invalid_headers
log_not_found log_subrequest merge_slashes msie_padding port_in_redirect proxy_buffering proxy_cache_lock
proxy_ignore_client_abort proxy_intercept_errors proxy_pass_request_body proxy_pass_request_headers
proxy_request_buffering proxy_ssl_server_name proxy_ssl_session_reuse proxy_ssl_verify recursive_error_pages
server_name_in_redirect ssl_prefer_server_ciphers ssl_reject_handshake ssl_session_tickets ssl_stapling
ssl_stapling_verify tcp_nodelay tcp_nopush`,
  true,
);

/** Arguments of flags that may be more than on and off. */
const THIRD: Readonly<Record<string, readonly string[]>> = { gzip_static: ['always'] };
/** Blocks whose content is data, not directives. */
const DATA = new Set(['types', 'map', 'geo', 'upstream', 'split_clients']);
/** What would be seen and is not done here: the server does not start with it. */
const UNSIMULATED = new Set([
  'stream',
  'uwsgi_pass',
  'scgi_pass',
  'grpc_pass',
  'auth_request',
  'geo',
  'split_clients',
  'sub_filter',
]);

/** Throws for the first directive that nginx does not know, or not there, or not so. Models ngx_conf_handler */
export function checkDirectives(directives: readonly Directive[], where = 'main'): void {
  for (const directive of directives) {
    const { name, args, file, line, block } = directive;
    const fail = (message: string): never => {
      throw new NginxConfigError(message, file, line);
    };
    const rule = rules.get(name) ?? fail(`unknown directive "${name}"`);
    if (!rule.in.includes(where)) fail(`"${name}" directive is not allowed here`);
    const hasBlock = BLOCKS.has(name);
    if (hasBlock && !block) fail(`directive "${name}" has no opening "{"`);
    if (!hasBlock && block) fail(`directive "${name}" is not terminated by ";"`);
    if (args.length < rule.args[0] || args.length > rule.args[1])
      fail(`invalid number of arguments in "${name}" directive`);
    if (UNSIMULATED.has(name)) fail(`directive "${name}" is not simulated here`);
    const values = ['on', 'off', ...(THIRD[name] ?? [])];
    if (rule.isFlag && !values.includes((args[0] ?? '').toLowerCase()))
      fail(`invalid value "${args[0]}" in "${name}" directive, it must be "on" or "off"`);
    checkValues(directive);
    if (block && !DATA.has(name)) checkDirectives(block, name);
  }
  if (where === 'main' && !directives.some(({ name }) => name === 'events'))
    throw new NginxConfigError('no "events" section in configuration');
}

const BLOCKS = new Set(
  'events http stream server upstream location if limit_except types map geo split_clients'.split(' '),
);
const LISTEN =
  /^(default_server|ssl|http2|quic|reuseport|proxy_protocol|deferred|bind|(backlog|rcvbuf|sndbuf|setfib|fastopen|ipv6only|so_keepalive|accept_filter)=\S+)$/;

function checkValues({ name, args, file, line }: Directive): void {
  const fail = (message: string): never => {
    throw new NginxConfigError(message, file, line);
  };
  if (name === 'listen') {
    const [at = '', ...options] = args;
    const odd = options.find((option) => !LISTEN.test(option));
    if (odd !== undefined) fail(`invalid parameter "${odd}"`);
    const port = /(?::|^)(\d+)$/.exec(at)?.[1];
    if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))
      fail(`invalid port in "${at}" of the "listen" directive`);
    if (port === undefined && !/^(\[[\da-f:]+\]|[\d.]+|\*|localhost|unix:\S+)$/.test(at))
      fail(`host not found in "${at}" of the "listen" directive`);
  }
  if (name === 'proxy_pass' && !/^https?:\/\/|\$/.test(args[0] ?? '')) fail('invalid URL prefix');
  if (name === 'return' && /^\d+$/.test(args[0] ?? '') && Number(args[0]) > 999)
    fail(`invalid return code "${args[0]}"`);
  for (const pattern of patternsOf(name, args)) {
    try {
      linearRegex(pattern);
    } catch (error) {
      fail(`pcre2_compile() failed: ${(error as Error).message.replace(/^error parsing regexp: /, '')}`);
    }
  }
}

function patternsOf(name: string, args: readonly string[]): string[] {
  if (name === 'location' && /^~\*?$/.test(args[0] ?? '')) return args.slice(1, 2);
  if (name === 'rewrite') return args.slice(0, 1);
  if (name === 'server_name') return args.filter((arg) => arg.startsWith('~')).map((arg) => arg.slice(1));
  const condition = name === 'if' ? /\s!?~\*?\s+(.+?)\s*\)$/.exec(args.join(' ')) : undefined;
  return condition ? [condition[1] as string] : [];
}
