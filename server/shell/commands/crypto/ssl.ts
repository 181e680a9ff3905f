import { type Context, isSystemError } from '../../../host/index.ts';
import { type Certificate, parseCertificate, parseRequest, privateKey } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';

/** A command line or a file that is refused, in openssl's words. */
export class Misuse extends Error {}

/** One openssl command: its options and what it may touch. */
export class Ssl {
  readonly context: Context;
  readonly given = new Map<string, string>();
  readonly operands: string[] = [];

  constructor(context: Context, name: string, options: string) {
    this.context = context;
    const known = new Set(options.split(' '));
    const rest = [...context.args.slice(2)];
    while (rest.length > 0) {
      const word = rest.shift() as string;
      const key = word.replace(/^--?/, '');
      if (!word.startsWith('-')) this.operands.push(word);
      else if (known.has(key)) this.given.set(key, '');
      else if (known.has(`${key}=`)) {
        const value = rest.shift();
        if (value === undefined) throw new Misuse(`${name}: Option -${key} needs a value`);
        this.given.set(key, value);
      } else throw new Misuse(`${name}: Unknown option or cipher: ${key}`);
    }
  }

  has(name: string): boolean {
    return this.given.has(name);
  }

  *read(option: string, what: string): Steps<string> {
    const path = this.given.get(option);
    if (path === undefined) return yield* this.context.readAll(0);
    try {
      return this.context.fs.read(path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new Misuse(`Could not open file or uri for loading ${what} from ${path}: ${error.message}`);
    }
  }

  /** To the file of -out, or standard output. */
  *write(text: string, mode = 0o644): Steps<void> {
    const path = this.given.get('out');
    if (path === undefined) yield* this.context.out(text);
    else this.context.fs.write(path, text, mode);
  }
}

export function loadCertificate(text: string, source: string): Certificate {
  try {
    return parseCertificate(text);
  } catch {
    throw new Misuse(`Could not read certificate from ${source}\nUnable to load certificate`);
  }
}

export function loadKey(text: string, source: string): string {
  try {
    privateKey(text);
    return text;
  } catch {
    throw new Misuse(`Could not read private key from ${source}`);
  }
}

export function loadRequest(text: string, source: string) {
  try {
    return parseRequest(text);
  } catch {
    throw new Misuse(`Unable to load X509 request from ${source}`);
  }
}
