/** What the command line stands in: given by `main.ts`, by tests of their own. */
export interface Surroundings {
  /** The folder `labs`. */
  readonly labs: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly readInput: () => Promise<string>;
  /** Where the virtual clocks of worlds start that nobody watches: always the same. */
  readonly startMs: number;
}
