import { type Voice, WgetError } from './wget-voice.ts';

const REASONS = {
  refused: 'Connection refused',
  timeout: 'Connection timed out',
  unreachable: 'Network is unreachable',
  'no-route': 'Host is unreachable',
} as const;

/** Models busybox networking/wget.c. */
export const busyboxVoice: Voice = {
  resolving: () => '',
  resolved: () => '',
  unresolved: (place) => new WgetError(1, `wget: bad address '${hostOf(place.host, place.port)}'\n`),
  connecting: (place, address) =>
    `Connecting to ${hostOf(place.host, place.port)} (${address}:${place.port})\n`,
  connected: () => '',
  failed: (_place, address, why) =>
    why === 'deadline'
      ? new WgetError(1, 'wget: download timed out\n')
      : new WgetError(1, `wget: can't connect to remote host (${address}): ${REASONS[why]}\n`),
  tls: () => new WgetError(1, 'wget: TLS error from peer (alert code 40): handshake failure\n'),
  answered: () => '',
  refused: (_context, status) => new WgetError(1, `wget: server returned error: HTTP/1.1 ${status}\n`),
  redirect: () => '',
  saving: (file) => (file === '-' ? 'writing to stdout\n' : `saving to '${file}'\n`),
  saved: (_context, file, bytes) =>
    `${file.replace(/.*\//, '').slice(0, 20).padEnd(20)} 100% |********************************| ${size(bytes)}  0:00:00 ETA\n${file === '-' ? 'written to stdout' : `'${file}' saved`}\n`,
  exists: () => 'remote file exists\n',
  timedOut: 'wget: download timed out\n',
};

function hostOf(host: string, port: number): string {
  return port === 80 || port === 443 ? host : `${host}:${port}`;
}

function size(bytes: number): string {
  if (bytes < 100_000) return String(bytes).padStart(5);
  return bytes < 10_240_000
    ? `${Math.floor(bytes / 1024)}k`.padStart(5)
    : `${Math.floor(bytes / 1_048_576)}M`.padStart(5);
}
