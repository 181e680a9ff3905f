import { isSystemError } from '../../../host/index.ts';
import { greatest, type Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';

/** What a file is: in words, as a type of MIME, and its encoding. */
interface Kind {
  readonly words: string;
  readonly mime: string;
  /** Default: binary. */
  readonly encoding?: string;
}

const USAGE =
  'Usage: file [-bcCdEhikLlNnprsSvzZ0] [--apple] [--extension] [--mime-encoding]\n            [--mime-type] [-e <testname>] [-F <separator>]  [-f <namefile>]\n            [-m <magicfiles>] [-P <parameter=value>] [--exclude-quiet]\n            <file> ...\n       file -C [-m <magicfiles>]\n       file [--help]\n';

export const file = tool({
  name: 'file',
  summary: 'determine file type',
  usage: '[OPTION...] [FILE...]',
  version: 'file 5.45',
  options:
    'b|brief i|mime mime-type mime-encoding L|dereference h|no-dereference s|special-files f|files-from= F|separator= N|no-pad',
  *run(call: Call) {
    const { options, context } = call;
    const list = options.get('f');
    const paths = [
      ...(list === undefined ? [] : (yield* call.readFile(list)).split('\n').filter((name) => name !== '')),
      ...call.operands,
    ];
    if (paths.length === 0) {
      yield* context.err(USAGE);
      return 1;
    }
    const separator = options.get('F') ?? ':';
    const width = options.has('N') ? 0 : greatest(paths.map((path) => path.length)) + separator.length;
    for (const given of paths) {
      const path = given === '-' ? '/dev/stdin' : given;
      const said = yield* kindOf(call, path);
      yield* call.print(options.has('b') ? `${said}\n` : `${`${path}${separator}`.padEnd(width)} ${said}\n`);
    }
    return undefined;
  },
});

function* kindOf(call: Call, path: string): Steps<string> {
  const { options } = call;
  const missing = (why: string) => `cannot open \`${path}' (${why})`;
  let kind: Kind | undefined;
  try {
    kind = path === '/dev/stdin' ? contentKind(yield* call.stdin.rest()) : nodeKind(call, path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return missing(error.message);
  }
  if (!kind) return missing('No such file or directory');
  const { words, mime, encoding = 'binary' } = kind;
  if (options.has('mime-type')) return mime;
  if (options.has('mime-encoding')) return encoding;
  return options.has('i') ? `${mime}; charset=${encoding}` : words;
}

const NODES: Readonly<Record<string, Kind>> = {
  directory: { words: 'directory', mime: 'inode/directory' },
  fifo: { words: 'fifo (named pipe)', mime: 'inode/fifo' },
  socket: { words: 'socket', mime: 'inode/socket' },
  char: { words: 'character special (1/3)', mime: 'inode/chardevice' },
  block: { words: 'block special (8/0)', mime: 'inode/blockdevice' },
};

function nodeKind(call: Call, path: string): Kind | undefined {
  const { fs } = call.context;
  const stat = fs.tryStat(path, call.options.has('L'));
  if (!stat) return undefined;
  if (stat.type === 'symlink') {
    const broken = fs.exists(path) ? '' : 'broken ';
    return { words: `${broken}symbolic link to ${stat.data}`, mime: 'inode/symlink' };
  }
  if (stat.type === 'directory' && (stat.mode & 0o1000) !== 0)
    return { words: 'sticky, directory', mime: 'inode/directory' };
  if (stat.type !== 'file') return NODES[stat.type] ?? { words: stat.type, mime: `inode/${stat.type}` };
  const setuid = (stat.mode & 0o4000) !== 0 ? 'setuid ' : '';
  const kind = contentKind(fs.read(path));
  return { ...kind, words: setuid + kind.words };
}

/** Bytes as the text of a file holds them: those that are no UTF-8 are lone surrogates. */
const ELF =
  'ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked, interpreter /lib64/ld-linux-x86-64.so.2, for GNU/Linux 3.2.0, stripped';
const FIRST_BYTES: readonly (readonly [test: RegExp, kind: Kind])[] = [
  [/^\x7fELF/, { words: ELF, mime: 'application/x-pie-executable' }],
  [/^\x1f\udc8b/, { words: 'gzip compressed data, from Unix', mime: 'application/gzip' }],
  [/^BZh9/, { words: 'bzip2 compressed data, block size = 900k', mime: 'application/x-bzip2' }],
  [/^\udcfd7zXZ\0/, { words: 'XZ compressed data, checksum CRC32', mime: 'application/x-xz' }],
  [
    /^\(\udcb5\/\udcfd/,
    { words: 'Zstandard compressed data (v0.8+), Dictionary ID: None', mime: 'application/zstd' },
  ],
  [
    /^PK\x03\x04.{4}\0/s,
    {
      words: 'Zip archive data, at least v1.0 to extract, compression method=store',
      mime: 'application/zip',
    },
  ],
  [
    /^PK\x03\x04/,
    {
      words: 'Zip archive data, at least v2.0 to extract, compression method=deflate',
      mime: 'application/zip',
    },
  ],
  [
    /^!<arch>\ndebian-binary/,
    {
      words: 'Debian binary package (format 2.0), with control.tar.zst, data compression zst',
      mime: 'application/vnd.debian.binary-package',
    },
  ],
  [/^.{257}ustar/s, { words: 'POSIX tar archive (GNU)', mime: 'application/x-tar' }],
  [/^-----BEGIN CERTIFICATE-----/, { words: 'PEM certificate', mime: 'text/plain', encoding: 'us-ascii' }],
  [
    /^-----BEGIN CERTIFICATE REQUEST-----/,
    { words: 'PEM certificate request', mime: 'text/plain', encoding: 'us-ascii' },
  ],
  [
    /^-----BEGIN RSA PRIVATE KEY-----/,
    { words: 'PEM RSA private key', mime: 'text/plain', encoding: 'us-ascii' },
  ],
  [
    /^-----BEGIN EC PRIVATE KEY-----/,
    { words: 'PEM EC private key', mime: 'text/plain', encoding: 'us-ascii' },
  ],
  [
    /^-----BEGIN OPENSSH PRIVATE KEY-----/,
    { words: 'OpenSSH private key', mime: 'text/plain', encoding: 'us-ascii' },
  ],
  [/^ssh-ed25519 /, { words: 'OpenSSH ED25519 public key', mime: 'text/plain', encoding: 'us-ascii' }],
  [/^ssh-rsa /, { words: 'OpenSSH RSA public key', mime: 'text/plain', encoding: 'us-ascii' }],
];

const SHELLS: Readonly<Record<string, readonly [words: string, mime: string]>> = {
  bash: ['Bourne-Again shell script', 'text/x-shellscript'],
  sh: ['POSIX shell script', 'text/x-shellscript'],
  python3: ['Python script', 'text/x-script.python'],
  python: ['Python script', 'text/x-script.python'],
  perl: ['Perl script text executable', 'text/x-perl'],
};

function contentKind(data: string): Kind {
  if (data === '') return { words: 'empty', mime: 'inode/x-empty' };
  const known = FIRST_BYTES.find(([test]) => test.test(data));
  if (known) return known[1];
  if (/[\0-\x06\x0e-\x1a]/.test(data) || /[\udc80-\udcff]/.test(data))
    return { words: 'data', mime: 'application/octet-stream' };
  return textKind(data);
}

function textKind(data: string): Kind {
  const isAscii = !/[^\0-\x7f]/.test(data);
  const encoding = isAscii ? 'us-ascii' : 'utf-8';
  const text = isAscii ? 'ASCII text' : 'Unicode text, UTF-8 text';
  const details = lineDetails(data);
  const script = /^#!\s*(?:\/usr\/bin\/env\s+)?(\S+)/.exec(data)?.[1];
  if (script !== undefined) {
    const [words, mime] = SHELLS[script.slice(script.lastIndexOf('/') + 1)] ?? [
      `a ${script} script`,
      'text/plain',
    ];
    return { words: `${words}, ${text} executable${details}`, mime, encoding };
  }
  if (isJson(data)) return { words: 'JSON text data', mime: 'application/json', encoding };
  if (/^<\?xml /.test(data))
    return { words: `XML 1.0 document, ${text}${details}`, mime: 'text/xml', encoding };
  if (/^\s*<(!doctype html|html)/i.test(data))
    return { words: `HTML document, ${text}${details}`, mime: 'text/html', encoding };
  return { words: `${text}${details}`, mime: 'text/plain', encoding };
}

/** Lines of more than so many bytes are told of. */
const LONG_LINE = 300;

function lineDetails(data: string): string {
  const longest = greatest(data.split('\n').map((line) => line.length));
  const endings = data.includes('\r\n')
    ? ', with CRLF line terminators'
    : data.includes('\n')
      ? ''
      : ', with no line terminators';
  const escapes = data.includes('\x1b') ? ', with escape sequences' : '';
  return `${longest > LONG_LINE ? `, with very long lines (${longest})` : ''}${endings}${escapes}`;
}

function isJson(data: string): boolean {
  if (!/^\s*[[{]/.test(data)) return false;
  try {
    JSON.parse(data);
    return true;
  } catch {
    return false;
  }
}
