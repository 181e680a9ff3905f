export interface Register {
  readonly text: string;
  readonly kind: 'chars' | 'lines' | 'block';
}

/** How a register comes by its text; `numbered`: deleted by a motion that fills register 1. */
export type Taken = 'yanked' | 'deleted' | 'numbered';

function hasLines({ kind, text }: Register): boolean {
  return kind === 'lines' || text.includes('\n');
}

/** What was deleted and yanked, by the names of registers. */
export class Registers extends Map<string, Register> {
  /** Fills a register as deleting and yanking do. */
  fill(name: string | undefined, register: Register, how: Taken): void {
    if (name === '_') return;
    const isYank = how === 'yanked';
    if (name !== undefined && name !== '"') this.#named(name, register);
    else if (isYank) this.set('0', register);
    else if (!hasLines(register)) this.set('-', register);
    if (how === 'numbered' || (!isYank && hasLines(register))) {
      for (let i = 9; i > 1; i--) {
        const older = this.get(String(i - 1));
        if (older) this.set(String(i), older);
      }
      this.set('1', register);
    }
    this.set('"', register);
  }

  /** A capital letter adds to what is there. */
  #named(name: string, register: Register): void {
    const lower = name.toLowerCase();
    const old = name === lower ? undefined : this.get(lower);
    const lines = old?.kind === 'lines';
    const glue = lines || register.kind === 'lines' ? '\n' : '';
    const kind = lines ? 'lines' : register.kind;
    this.set(lower, old ? { text: old.text + glue + register.text, kind } : register);
  }
}
