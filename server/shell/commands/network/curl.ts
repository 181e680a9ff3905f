import { tool } from '../core/tool.ts';
import { OPTIONS, plainArguments, REFUSED, refuse } from './curl-options.ts';
import { VERSION } from './curl-request.ts';
import { Transfer } from './curl-transfer.ts';

const TRY = "curl: try 'curl --help' or 'curl --manual' for more information\n";

/** `--version`, as Ubuntu 24.04's. */
const BUILD = `curl ${VERSION} (x86_64-pc-linux-gnu) libcurl/${VERSION} OpenSSL/3.0.13 zlib/1.3 brotli/1.1.0 zstd/1.5.5 libidn2/2.3.7 libpsl/0.21.2 (+libidn2/2.3.7) libssh/0.10.6/openssl/zlib nghttp2/1.59.0 librtmp/2.3 OpenLDAP/2.6.7
Release-Date: 2023-12-06, security patched: 8.5.0-2ubuntu10.6
Protocols: dict file ftp ftps gopher gophers http https imap imaps ldap ldaps mqtt pop3 pop3s rtmp rtsp scp sftp smb smbs smtp smtps telnet tftp
Features: alt-svc AsynchDNS brotli GSS-API HSTS HTTP2 HTTPS-proxy IDN IPv6 Kerberos Largefile libz NTLM PSL SPNEGO SSL threadsafe TLS-SRP UnixSockets zstd
`;

/** What is asked for most, as the real one's short help has it. */
const HELP = ` -d, --data <data>          HTTP POST data
 -f, --fail                 Fail fast with no output on HTTP errors
 -h, --help <category>      Get help for commands
 -i, --include              Include protocol response headers in the output
 -o, --output <file>        Write to file instead of stdout
 -O, --remote-name          Write output to a file named as the remote file
 -s, --silent               Silent mode
 -T, --upload-file <file>   Transfer local FILE to destination
 -u, --user <user:password> Server user and password
 -A, --user-agent <name>    Send User-Agent <name> to server
 -v, --verbose              Make the operation more talkative
 -V, --version              Show version number and quit

This is not the full help, this menu is stripped into categories.
Use "--help category" to get an overview of all categories.
For all options use the manual or "--help all".
`;

export const curl = tool({
  name: 'curl',
  summary: 'transfer a URL',
  usage: '[options...] <url>',
  version: `curl ${VERSION}`,
  usageStatus: 2,
  prepare: plainArguments,
  options: OPTIONS,
  *run(call) {
    const { options, context } = call;
    if (options.has('V')) {
      yield* call.print(BUILD);
      return 0;
    }
    if (options.has('h')) {
      yield* call.print(`Usage: curl [options...] <url>\n${HELP}`);
      return 0;
    }
    for (const word of REFUSED.split(' ')) {
      const given = options.given.find((one) => one.name === word.split(/[|=]/)[0]);
      if (!given) continue;
      throw refuse(given.shown, "the installed libcurl version doesn't support this");
    }
    const urls = [...options.all('url'), ...call.operands];
    if (urls.length === 0) {
      yield* context.err(`curl: no URL specified!\n${TRY}`);
      return 2;
    }
    let status = 0;
    for (const [index, url] of urls.entries()) {
      status = yield* new Transfer(call, url, index).run();
      if (status !== 0 && options.has('fail-early')) return status;
    }
    return status;
  },
});
