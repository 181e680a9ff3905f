/** How the arguments of a command are completed (`complete`). */
export interface CompletionSpec {
  readonly actions: readonly string[];
  readonly options: ReadonlySet<string>;
  readonly wordlist?: string;
  readonly functionName?: string;
  readonly command?: string;
  readonly glob?: string;
  readonly filter?: string;
  readonly prefix?: string;
  readonly suffix?: string;
}
