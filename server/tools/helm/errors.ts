/** A failure that helm tells of as `Error: …`. */
export class HelmError extends Error {
  override name = 'HelmError';
}

/** The same failure, with what was attempted before it. Models errors.Wrap; bugs of ours pass. */
export function wrapped(context: string, error: unknown): unknown {
  if (!(error instanceof Error) || isBug(error)) return error;
  return new HelmError(`${context}: ${error.message}`);
}

export function isBug(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
