import type { Position } from './buffer.ts';
import type { Document } from './document.ts';

export interface Place {
  readonly document: Document;
  readonly at: Position;
}

const MOST = 100;

/** Where jumps of a window began, oldest first, and how far back ^O has gone. */
export class Jumps {
  places: Place[] = [];
  index = 0;

  /** A jump begins here. */
  add(document: Document, at: Position): void {
    this.places = this.#without(document, at.line);
    this.places.push({ document, at });
    if (this.places.length > MOST) this.places.shift();
    this.index = this.places.length;
  }

  /** The place so many steps on (^I) or back (^O) from the cursor. */
  step(by: number, document: Document, at: Position): Place | undefined {
    if (by < 0 && this.index === this.places.length) {
      this.add(document, at);
      this.index--;
    }
    const to = this.index + by;
    const found = this.places[to];
    if (found) this.index = to;
    return found;
  }

  #without(document: Document, line: number): Place[] {
    return this.places.filter((one) => one.document !== document || one.at.line !== line);
  }
}
