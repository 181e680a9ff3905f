import { ApiError, type StatusDetails } from '../../objects/api-error.ts';

/** A failure that kubectl reports itself: `error: message`. */
export class KubectlError extends Error {
  override name = 'KubectlError';
  readonly exit: number;
  /** True: the message is printed as it is, without `error: `. */
  readonly plain: boolean;
  /** What was written to standard output before it went wrong. */
  readonly written: string;

  constructor(message: string, options: { exit?: number; plain?: boolean; written?: string } = {}) {
    super(message);
    this.written = options.written ?? '';
    this.exit = options.exit ?? 1;
    this.plain = options.plain ?? false;
  }
}

/** The command line of a command is wrong: points to its help. */
export function usageError(path: string, message: string): KubectlError {
  return new KubectlError(`${message}\nSee 'kubectl ${path} -h' for help and examples`);
}

/** Several failures, in the order they happened. */
export class Aggregate extends Error {
  override name = 'Aggregate';
  readonly errors: readonly unknown[];

  constructor(errors: readonly unknown[]) {
    super(errors.length === 1 ? messageOf(errors[0]) : `[${errors.map(messageOf).join(', ')}]`);
    this.errors = errors;
  }
}

/** What went wrong with the documents of files, told as one. */
export function asOne(errors: readonly unknown[]): unknown[] {
  return errors.length > 1 ? [new Aggregate(errors)] : [...errors];
}

/** Throws what was collected: nothing, the only error, or all of them. */
export function throwAll(errors: readonly unknown[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new Aggregate(errors);
}

/** The server cannot be talked to. `text` is what Go's dialer says. */
export class ConnectionError extends Error {
  override name = 'ConnectionError';
  /** `https://172.30.1.2:6443` */
  readonly server: string;
  readonly method: string;
  readonly path: string;

  constructor(server: string, method: string, path: string, text: string) {
    super(text);
    this.server = server;
    this.method = method;
    this.path = path;
  }

  /** As a `url.Error` prints itself. */
  asUrlError(): string {
    const verb = this.method.charAt(0) + this.method.slice(1).toLowerCase();
    return `${verb} "${this.server}${this.path}": ${this.message}`;
  }
}

/** The program ends with this code and says nothing more. */
export class ExitError extends Error {
  override name = 'ExitError';
  readonly exit: number;
  constructor(exit: number) {
    super(`exit status ${exit}`);
    this.exit = exit;
  }
}

/** No such type on the server. Printed bare by some commands, wrapped by the builder in others. */
export class NoResourceMatch extends Error {
  override name = 'NoResourceMatch';
  constructor(resource: string) {
    super(`the server doesn't have a resource type "${resource}"`);
  }
}

/** Whether this is a failure to tell of, and no fault of the program or a signal. */
export function isFailure(error: unknown): boolean {
  return (
    error instanceof KubectlError ||
    error instanceof ApiError ||
    error instanceof Aggregate ||
    error instanceof ConnectionError ||
    error instanceof NoResourceMatch
  );
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What is printed for an error, and the exit code. Models kubectl/pkg/cmd/util/helpers.go checkErr. */
export function report(error: unknown): { text: string; exit: number } {
  if (error instanceof ExitError) return { text: '', exit: error.exit };
  if (error instanceof Aggregate) {
    const [only, ...others] = error.errors;
    if (others.length === 0) return only instanceof Aggregate ? reportAll(only) : report(only);
    return reportAll(error);
  }
  if (error instanceof ApiError && error.reason === 'Invalid')
    return { text: invalidMessage(error), exit: 1 };
  if (error instanceof NoResourceMatch) return { text: `${error.message}\n`, exit: 1 };
  const standard = standardMessage(error);
  if (standard !== undefined) return { text: line(standard), exit: 1 };
  const message = messageOf(error);
  const plain = (error instanceof KubectlError && error.plain) || message.startsWith('error: ');
  return {
    text: line(plain ? message : `error: ${message}`),
    exit: error instanceof KubectlError ? error.exit : 1,
  };
}

/** Models MultipleErrors */
function reportAll({ errors }: Aggregate): { text: string; exit: number } {
  return { text: errors.map((error) => `${standardMessage(error) ?? messageOf(error)}\n`).join(''), exit: 1 };
}

function line(text: string): string {
  return text.endsWith('\n') || text === '' ? text : `${text}\n`;
}

/** Models StandardErrorMessage; undefined when the error is none of the known sorts. */
export function standardMessage(error: unknown): string | undefined {
  if (error instanceof ApiError) {
    if (error.reason === 'Unauthorized')
      return `error: You must be logged in to the server (${error.message})`;
    const reason = error.reason ? ` (${error.reason})` : '';
    return `Error from server${reason}: ${error.message}`;
  }
  if (error instanceof ConnectionError) {
    if (error.message.includes('connection refused')) {
      const host = error.server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
      return `The connection to the server ${host} was refused - did you specify the right host or port?`;
    }
    return `Unable to connect to the server: ${error.message}`;
  }
  return undefined;
}

function invalidMessage(error: ApiError): string {
  const { details } = error;
  const empty = details === undefined;
  if (empty) return `The request is invalid${error.message ? `: ${error.message}` : ''}\n`;
  const causes = causeLines(details);
  const named = Boolean(details.kind) || Boolean(details.name);
  let head = 'The request is invalid';
  if (named) head = `The ${details.kind ?? ''} ${JSON.stringify(details.name ?? '')} is invalid`;
  else if (error.message && causes.length === 0) head += `: ${error.message}`;
  if (causes.length === 0) return `${head}\n`;
  if (causes.length === 1) return `${head}: ${causes[0]}\n`;
  return `${head}: \n${causes.map((cause) => `* ${cause}\n`).join('')}`;
}

function causeLines(details: StatusDetails): string[] {
  const seen = new Set<string>();
  for (const cause of details.causes ?? []) seen.add(`${cause.field ?? ''}: ${cause.message ?? ''}`);
  return [...seen];
}
