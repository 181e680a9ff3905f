import { tool } from '../core/tool.ts';
import { VERSION } from './curl-request.ts';
import { Transfer } from './curl-transfer.ts';

const TRY = "curl: try 'curl --help' or 'curl --manual' for more information\n";
/** Options of the real one that nothing here stands behind. */
const REFUSED =
  'x|proxy= F|form= c|cookie-jar= K|config= C|continue-at= Z|parallel U|proxy-user= connect-to= interface= socks5= z|time-cond= n|netrc ftp-port= t|telnet-option= r|range=';

export const curl = tool({
  name: 'curl',
  summary: 'transfer a URL',
  usage: '[options...] <url>',
  version: `curl ${VERSION}`,
  usageStatus: 2,
  refusal: (message) => `curl: ${refusalText(message)}\n${TRY}`,
  options: `s|silent S|show-error i|include I|head v|verbose o|output= O|remote-name X|request= d|data|data-ascii= data-raw= data-binary= data-urlencode= json= G|get H|header= k|insecure L|location location-trusted max-redirs= f|fail fail-with-body fail-early m|max-time= connect-timeout= w|write-out= u|user= resolve= cacert= capath= E|cert= key= cert-type= key-type= A|user-agent= e|referer= b|cookie= T|upload-file= retry= retry-delay= retry-max-time= retry-connrefused retry-all-errors 4|ipv4 6|ipv6 0|http1.0 http1.1 http2 http2-prior-knowledge compressed N|no-buffer #|progress-bar no-progress-meter g|globoff unix-socket= oauth2-bearer= q|disable D|dump-header= create-dirs output-dir= path-as-is url= noproxy= tlsv1.2 tlsv1.3 tls-max= ciphers= stderr= V h ${REFUSED}`,
  *run(call) {
    const { options, context } = call;
    if (options.has('V')) {
      yield* call.print(
        `curl ${VERSION} (x86_64-pc-linux-gnu) libcurl/${VERSION} OpenSSL/3.0.13\nProtocols: http https\n`,
      );
      return 0;
    }
    if (options.has('h')) {
      yield* call.print('Usage: curl [options...] <url>\n');
      return 0;
    }
    for (const word of REFUSED.split(' ')) {
      const given = options.given.find((one) => one.name === word.split(/[|=]/)[0]);
      if (!given) continue;
      yield* context.err(
        `curl: option ${given.shown}: the installed libcurl version doesn't support this\n${TRY}`,
      );
      return 2;
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

function refusalText(message: string): string {
  const [, name] = /'(.*)'$/.exec(message) ?? [];
  const shown = name?.startsWith('--') ? name : `-${name?.slice(0, 1) === '-' ? name.slice(1) : name}`;
  const what = message.includes('requires an argument')
    ? 'requires parameter'
    : message.includes("doesn't allow")
      ? 'used with an argument it does not take'
      : 'is unknown';
  if (message.includes('requires an argument') && !shown.startsWith('--')) return `option ${shown}: ${what}`;
  return `option ${/--[^' ]*/.exec(message)?.[0] ?? shown}: ${what}`;
}
