/** The exit code of a name that has no address. */
export const COULD_NOT_RESOLVE = 6;

/** Ends a transfer: curl's exit code and its message. */
export class CurlError extends Error {
  readonly code: number;
  /** The exchange itself came to a good end: the connection stays, and `-v` has nothing to say of it. */
  readonly told: boolean;

  constructor(code: number, message: string, { told = false } = {}) {
    super(message);
    this.code = code;
    this.told = told;
  }
}
