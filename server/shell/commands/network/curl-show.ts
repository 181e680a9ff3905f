import type { Context } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';

/** What curl knows about a transfer when it is over: `-w` shows it. */
export interface Outcome {
  url: string;
  status: number;
  contentType: string;
  downloaded: number;
  uploaded: number;
  headerBytes: number;
  headers: number;
  requestBytes: number;
  redirects: number;
  redirectUrl: string;
  remote: string;
  remotePort: number;
  local: string;
  exitCode: number;
  errorText: string;
  startedAt: number;
  lookedUpAt: number;
  connectedAt: number;
  tlsAt: number;
  /** `TLSv1.3`; '' without. */
  tlsVersion: string;
  http2: boolean;
  verifyResult: number;
  method: string;
  scheme: string;
  file: string;
}

/** A transfer that has only begun. */
export function emptyOutcome(url: string, now: number): Outcome {
  return {
    url,
    status: 0,
    contentType: '',
    downloaded: 0,
    uploaded: 0,
    headerBytes: 0,
    headers: 0,
    requestBytes: 0,
    redirects: 0,
    redirectUrl: '',
    remote: '',
    remotePort: 0,
    local: '',
    exitCode: 0,
    errorText: '',
    startedAt: now,
    lookedUpAt: now,
    connectedAt: now,
    tlsAt: now,
    tlsVersion: '',
    http2: false,
    verifyResult: 0,
    method: 'GET',
    scheme: 'HTTP',
    file: '',
  };
}

/** The text of `-w`. Models tool_writeout.c. */
export function writeOut(format: string, outcome: Outcome, now: number): string {
  const seconds = (at: number) => (Math.max(0, at - outcome.startedAt) / 1000).toFixed(6);
  const total = Math.max(1, now - outcome.startedAt);
  const values: Record<string, string> = {
    content_type: outcome.contentType,
    errormsg: outcome.errorText,
    exitcode: String(outcome.exitCode),
    filename_effective: outcome.file,
    http_code: String(outcome.status).padStart(3, '0'),
    response_code: String(outcome.status).padStart(3, '0'),
    http_connect: '000',
    http_version: outcome.status === 0 ? '0' : outcome.http2 ? '2' : '1.1',
    local_ip: outcome.local,
    method: outcome.method,
    num_connects: outcome.remote === '' ? '0' : '1',
    num_headers: String(outcome.headers),
    num_redirects: String(outcome.redirects),
    redirect_url: outcome.redirectUrl,
    remote_ip: outcome.remote,
    remote_port: String(outcome.remotePort),
    scheme: outcome.scheme,
    size_download: String(outcome.downloaded),
    size_header: String(outcome.headerBytes),
    size_request: String(outcome.requestBytes),
    size_upload: String(outcome.uploaded),
    speed_download: String(Math.round((outcome.downloaded * 1000) / total)),
    speed_upload: String(Math.round((outcome.uploaded * 1000) / total)),
    ssl_verify_result: String(outcome.verifyResult),
    time_appconnect: seconds(outcome.tlsAt),
    time_connect: seconds(outcome.connectedAt),
    time_namelookup: seconds(outcome.lookedUpAt),
    time_pretransfer: seconds(Math.max(outcome.connectedAt, outcome.tlsAt)),
    time_redirect: '0.000000',
    time_starttransfer: seconds(now),
    time_total: seconds(now),
    url: outcome.url,
    url_effective: outcome.url,
    urlnum: '0',
  };
  return format
    .replace(/\\([nrt\\])/g, (_, letter) => ({ n: '\n', r: '\r', t: '\t' })[letter as string] ?? '\\')
    .replace(/%%|%\{([a-zA-Z_]{1,40})\}/g, (whole, name) =>
      whole === '%%'
        ? '%'
        : Object.hasOwn(values, name)
          ? (values[name] as string)
          : `curl: unknown --write-out variable: '${name}'\n`,
    );
}

const TITLE = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
`;
const NOTHING_YET = '\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0';

/** The progress meter: what it shows at the start. */
export function* meterStart(context: Context): Steps<void> {
  yield* context.err(TITLE + NOTHING_YET);
}

/** The progress meter's last line. */
export function* meterEnd(context: Context, down: number, up: number, ms: number): Steps<void> {
  if (down === 0 && up === 0) {
    yield* context.err(`${NOTHING_YET}\n`);
    return;
  }
  const speed = (bytes: number) => short((bytes * 1000) / Math.max(1, ms), 6);
  const size = (bytes: number) => short(bytes, 5);
  const percent = (bytes: number) => (bytes > 0 ? '100' : '  0');
  yield* context.err(
    `\r100 ${size(down + up)}  ${percent(down)} ${size(down)}  ${percent(up)} ${size(up)} ${speed(down)} ${speed(up)} --:--:-- --:--:-- --:--:-- ${short(((down + up) * 1000) / Math.max(1, ms), 5)}\n`,
  );
}

/** A number in five columns: `615`, `10697`, `769k`. */
function short(value: number, width: number): string {
  let rest = Math.round(value);
  if (String(rest).length <= 5) return String(rest).padStart(width);
  for (const letter of 'kMGT') {
    rest = Math.round(rest / 1024);
    if (String(rest).length <= 4) return `${rest}${letter}`.padStart(width);
  }
  return String(rest).padStart(width);
}
