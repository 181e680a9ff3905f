/** What kubeadm refuses with: one line after `error: `. */
export class Refusal extends Error {
  override name = 'Refusal';
  /** Exit code: 2 for failed preflight checks, 3 for invalid arguments. */
  readonly code: number;

  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}
