import { alignTabs } from '../../../objects/tab-writer.ts';

/** Collects lines with tabs and aligns them, as kubectl's PrefixWriter over a tabwriter does. */
export class DescribeWriter {
  #done = '';
  #open = '';

  /** One or more lines without the last newline; `level` indents the first by two spaces each. */
  line(level: number, text: string): void {
    this.write(level, `${text}\n`);
  }

  write(level: number, text: string): void {
    this.#open += '  '.repeat(level) + text;
  }

  /** Ends the alignment: what follows has columns of its own. */
  flush(): void {
    this.#done += alignTabs(this.#open);
    this.#open = '';
  }

  /** Everything written, aligned. */
  text(): string {
    this.flush();
    return this.#done;
  }
}

/** What is written, as one text. */
export function described(write: (writer: DescribeWriter) => void): string {
  const writer = new DescribeWriter();
  write(writer);
  return writer.text();
}
