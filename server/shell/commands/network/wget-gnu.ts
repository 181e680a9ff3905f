import { formatDate, zoneOf } from '../../dates.ts';
import { VERIFY_TEXTS } from './dial.ts';
import { type Voice, WgetError } from './wget-voice.ts';

const REASONS = {
  refused: 'Connection refused',
  timeout: 'Connection timed out',
  unreachable: 'Network is unreachable',
  'no-route': 'No route to host',
  deadline: 'Connection timed out',
} as const;

/** Models GNU wget: src/http.c, src/connect.c, src/progress.c. */
export function gnuVoice(terminal: boolean): Voice {
  return {
    resolving: (place) => `Resolving ${place.host} (${place.host})... `,
    resolved: (_place, address) => `${address}\n`,
    unresolved: (place, isKnown) =>
      new WgetError(
        4,
        `failed: ${isKnown ? 'Name or service not known' : 'Temporary failure in name resolution'}.\nwget: unable to resolve host address ‘${place.host}’\n`,
      ),
    connecting: (place, address) => {
      const name = place.host === address ? address : `${place.host} (${place.host})|${address}|`;
      return `Connecting to ${name}:${place.port}... `;
    },
    connected: () => 'connected.\n',
    failed: (_place, _address, why) => {
      const again = why === 'timeout' || why === 'deadline';
      return new WgetError(4, `failed: ${REASONS[why]}.\n${again ? 'Giving up.\n\n' : ''}`, again);
    },
    tls: (place, trouble, issuer) => {
      const [number, text] = VERIFY_TEXTS[trouble] ?? [];
      if (trouble === 'plain') {
        return new WgetError(
          4,
          'OpenSSL: error:0A00010B:SSL routines::wrong version number\nUnable to establish SSL connection.\n',
        );
      }
      if (trouble === 'certificate-required' || trouble === 'certificate-refused')
        return new WgetError(4, 'Unable to establish SSL connection.\n');
      const wrong =
        trouble === 'name'
          ? `no certificate subject alternative name matches\n\trequested host name ‘${place.host}’.`
          : `cannot verify ${place.host}'s certificate, issued by ‘${issuer}’:\n  ${number === 20 ? "Unable to locally verify the issuer's authority" : text}.`;
      return new WgetError(
        5,
        `ERROR: ${wrong}\nTo connect to ${place.host} insecurely, use \`--no-check-certificate'.\n`,
      );
    },
    answered: (_status, response, length) => {
      const type = (response.headers['content-type'] ?? 'application/octet-stream').split(';')[0];
      if (length === undefined) return `Length: unspecified [${type}]\n`;
      return `Length: ${length}${length >= 1024 ? ` (${human(length)})` : ''} [${type}]\n`;
    },
    refused: (context, status) => {
      const at = formatDate('%F %T', context.now, zoneOf(context));
      return new WgetError(8, `${at} ERROR ${status.replace(/ /, ': ')}.\n\n`);
    },
    redirect: (target) => `Location: ${target} [following]\n`,
    saving: (file) => `Saving to: ‘${file === '-' ? 'STDOUT' : file}’\n\n`,
    saved: (context, file, bytes) => {
      const at = formatDate('%F %T', context.now, zoneOf(context));
      const speed = `${(bytes / 1024 / 0.01).toFixed(1)} KB/s`;
      const end =
        file === '-' ? `written to stdout [${bytes}/${bytes}]` : `‘${file}’ saved [${bytes}/${bytes}]`;
      return `${terminal ? bar(file, bytes) : dots(bytes)}\n${at} (${speed}) - ${end}\n\n`;
    },
    exists: () => '\nRemote file exists.\n\n',
    timedOut: 'Read error (Connection timed out) in headers.\nGiving up.\n\n',
  };
}

function human(bytes: number): string {
  const units = 'KMGT';
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}${units[unit]}`;
}

/** One dot a KiB, ten a group, fifty a line. */
function dots(bytes: number): string {
  const all = Math.floor(bytes / 1024);
  let out = '';
  for (let row = 0; row === 0 || row * 50 < all; row++) {
    let line = '';
    for (let i = row * 50; i < row * 50 + 50; i++) line += `${i % 10 === 0 ? ' ' : ''}${i < all ? '.' : ' '}`;
    const done = Math.min(100, Math.floor((100 * Math.min(bytes, (row + 1) * 51_200)) / Math.max(1, bytes)));
    out += `${`${row * 50}K`.padStart(7)}${line}${String(done).padStart(3)}% 60.2M${done === 100 ? '=0s' : ' 0s'}\n`;
  }
  return out;
}

function bar(file: string, bytes: number): string {
  const name = (file === '-' ? '-' : file).slice(0, 19).padEnd(20);
  return `${name}100%[===================>] ${String(bytes).padStart(7)}  --.-KB/s    in 0s      \n`;
}
