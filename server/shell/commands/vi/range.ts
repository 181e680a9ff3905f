/** A line range, zero-based; `given` tells how many addresses were typed. */
export interface Range {
  readonly first: number;
  readonly last: number;
  readonly given: number;
  /** They were typed the other way round. */
  readonly backwards?: boolean;
}

export function nextDelimiter(text: string, from: number, delimiter: string): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === delimiter) return i;
  }
  return text.length;
}
