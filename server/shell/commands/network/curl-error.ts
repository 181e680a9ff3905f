/** The exit code of a name that has no address. */
export const COULD_NOT_RESOLVE = 6;

/** Ends a transfer: curl's exit code and its message. */
export class CurlError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
