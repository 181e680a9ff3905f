/** What the command line stands in: given by `main.ts`, by tests of their own. */
export interface Surroundings {
  /** Where the product is installed. */
  readonly root: string;
  /** The folder `labs`. */
  readonly labs: string;
  /** Where the server keeps attempts and worlds, unless it is told otherwise. */
  readonly data: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly readInput: () => Promise<string>;
  /** Settles when the user wants the program to end. */
  readonly interrupted: () => Promise<void>;
  /** Where the virtual clocks of worlds start that nobody watches: always the same. */
  readonly startMs: number;
}
