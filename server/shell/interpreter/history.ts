export interface HistoryEntry {
  readonly text: string;
  /** When it was entered, ms since the epoch. */
  readonly at: number;
}

/** The lines that were entered, oldest first. Numbers count from 1 and go on when old lines are dropped. */
export class History {
  #entries: HistoryEntry[] = [];
  #first = 1;
  /** How many of the entries came from or went to the history file. */
  saved = 0;

  get length(): number {
    return this.#entries.length;
  }

  /** Number of the next line. */
  get next(): number {
    return this.#first + this.#entries.length;
  }

  get first(): number {
    return this.#first;
  }

  list(): readonly HistoryEntry[] {
    return this.#entries;
  }

  get(number: number): HistoryEntry | undefined {
    return this.#entries[number - this.#first];
  }

  add(text: string, at: number, limit = Number.POSITIVE_INFINITY): void {
    this.#entries.push({ text, at });
    while (this.#entries.length > Math.max(0, limit)) {
      this.#entries.shift();
      this.#first++;
      this.saved = Math.max(0, this.saved - 1);
    }
  }

  replace(number: number, text: string): void {
    const entry = this.get(number);
    if (entry) this.#entries[number - this.#first] = { ...entry, text };
  }

  /** Removes one line. Returns false when there is none of that number. */
  remove(number: number): boolean {
    const index = number - this.#first;
    if (index < 0 || index >= this.#entries.length) return false;
    this.#entries.splice(index, 1);
    this.saved = Math.min(this.saved, this.#entries.length);
    return true;
  }

  clear(): void {
    this.#entries = [];
    this.#first = 1;
    this.saved = 0;
  }
}
