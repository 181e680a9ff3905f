/** A line range, zero-based; `given` tells how many addresses were typed. */
export interface Range {
  readonly first: number;
  readonly last: number;
  readonly given: number;
}

export function nextDelimiter(text: string, from: number, delimiter: string): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === delimiter) return i;
  }
  return text.length;
}
