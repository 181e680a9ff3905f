import { type Context, decode, encode, isSystemError } from '../../../host/index.ts';
import {
  type Certificate,
  parseCertificate,
  parseRequest,
  pemBlocks,
  privateKey,
  toPem,
} from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { queued } from './error-queue.ts';

/** Options that may be given more than once; their values stand on lines of their own. */
const REPEATED: ReadonlySet<string> = new Set(['addext', 'certfile']);

/** A command line or a file that is refused, in openssl's words. */
export class Misuse extends Error {}

/** One openssl command: its options and what it may touch. */
export class Ssl {
  readonly context: Context;
  readonly name: string;
  readonly given = new Map<string, string>();
  readonly operands: string[] = [];

  constructor(context: Context, name: string, options: string) {
    this.context = context;
    this.name = name;
    const known = new Set(options.split(' '));
    const rest = [...context.args.slice(2)];
    while (rest.length > 0) {
      const word = rest.shift() as string;
      const key = word.replace(/^--?/, '');
      if (!word.startsWith('-')) this.operands.push(word);
      else if (known.has(key)) this.given.set(key, '');
      else if (known.has(`${key}=`)) {
        const value = rest.shift();
        if (value === undefined) throw this.#usage(`Option -${key} needs a value`);
        this.given.set(key, REPEATED.has(key) ? [this.given.get(key) ?? [], value].flat().join('\n') : value);
      } else throw this.#usage(`Unknown option: -${key}`);
    }
  }

  #usage(message: string): Misuse {
    return new Misuse(`${this.name}: ${message}\n${this.name}: Use -help for summary.`);
  }

  has(name: string): boolean {
    return this.given.has(name);
  }

  /** Where something comes from, as messages name it. */
  source(option: string): string {
    return this.given.get(option) ?? '<stdin>';
  }

  /** A file of keys or certificates, which openssl opens as a store. `after` ends the message. */
  *read(option: string, what: string, after = ''): Steps<string> {
    const path = this.given.get(option);
    if (path === undefined) return yield* this.context.readAll(0);
    return this.file(path, (text) => {
      const lines = queued('noSuchFile', path).replaceAll('No such file or directory', text);
      return `Could not open file or uri for loading ${what} from ${path}\n${lines}${after && `\n${after}`}`;
    });
  }

  /** A file that openssl opens as such. */
  *open(option: string, after = '', mode = 'r'): Steps<string> {
    const path = this.given.get(option);
    if (path === undefined) return yield* this.context.readAll(0);
    return this.file(path, (text) => {
      const lines = queued('cannotOpen', `${path}, ${mode}`).replaceAll('No such file or directory', text);
      return `Can't open "${path}" for reading, ${text}\n${lines}${after && `\n${after}`}`;
    });
  }

  file(path: string, complaint: (reason: string) => string): string {
    try {
      return this.context.fs.read(path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new Misuse(complaint(error.message));
    }
  }

  /** Like `write`, as -outform wants it. */
  *writePem(pem: string, mode?: number): Steps<void> {
    const form = (this.given.get('outform') ?? 'PEM').toUpperCase();
    if (form !== 'PEM' && form !== 'DER')
      throw this.#usage(`Invalid format "${this.given.get('outform')}" for option -outform`);
    yield* this.write(form === 'DER' ? decode(pemBlocks(pem)[0]?.der ?? Buffer.alloc(0)) : pem, mode);
  }

  /** To the file of -out, or standard output. */
  *write(text: string, mode = 0o644): Steps<void> {
    const path = this.given.get('out');
    if (path === undefined) yield* this.context.out(text);
    else this.context.fs.write(path, text, mode);
  }
}

/** What is said where a file holds something else. */
function unreadable(what: string, source: string, text: string): string {
  return `Could not read ${what} from ${source}${text.includes('-----BEGIN') ? `\n${queued('otherKind')}` : ''}`;
}

/** A certificate, as PEM or DER. */
export function loadCertificate(text: string, source: string, what = 'certificate'): Certificate {
  try {
    return parseCertificate(fromDer(text, 'CERTIFICATE'));
  } catch {
    throw new Misuse(`${unreadable(what, source, text)}\nUnable to load certificate`);
  }
}

export function loadKey(text: string, source: string): string {
  try {
    privateKey(text);
    return text;
  } catch {
    throw new Misuse(unreadable('private key', source, text.includes('KEY') ? text : ''));
  }
}

export function loadRequest(text: string, name = 'X509 request') {
  try {
    return parseRequest(fromDer(text, 'CERTIFICATE REQUEST'));
  } catch {
    throw new Misuse(`Unable to load ${name}\n${queued('noStartLine', 'CERTIFICATE REQUEST')}`);
  }
}

/** Bytes of DER as PEM; any other text as it is. */
function fromDer(text: string, label: string): string {
  return text.startsWith('0') && !text.includes('-----BEGIN') ? toPem(label, encode(text)) : text;
}
