import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shownText } from './compare.ts';
import type { Ran } from './paced-world.ts';

function digest(...parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('base64url').slice(0, 16);
}

/** All that the outputs of the real binary rest on, but for the line itself. */
function basisOf(folder: string, client: string): string {
  const files = readdirSync(join(folder, 'files'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const texts = files.map((path) => `${path.slice(folder.length)} ${readFileSync(path, 'base64')}`);
  return digest(client, readFileSync(join(folder, 'compare.ts'), 'utf8'), ...texts);
}

/**
 * What the real kubectl says without a server, as digests: where ours says the same, the real one need not be started.
 * Where it says anything else both are run, so that nothing can hide behind an old digest.
 */
export class Recorded {
  readonly #path: string;
  readonly #basis: string;
  readonly #lines: Map<string, string>;

  constructor(folder: string, client: string) {
    this.#path = join(folder, 'recorded.json');
    this.#basis = basisOf(folder, client);
    const known = existsSync(this.#path) ? JSON.parse(readFileSync(this.#path, 'utf8')) : {};
    this.#lines = new Map(known.basis === this.#basis ? Object.entries(known.lines) : []);
  }

  has(line: string): boolean {
    return this.#lines.has(digest(line));
  }

  agrees(line: string, ran: Ran, home: string): boolean {
    return this.#lines.get(digest(line)) === this.#output(ran, home);
  }

  /** Keeps what was said with the server and without it, where that is the same. */
  note(line: string, pair: readonly [Ran, Ran], home: string): void {
    const [served, alone] = pair.map((ran) => this.#output(ran, home));
    if (served === alone) this.#lines.set(digest(line), served as string);
    else this.#lines.delete(digest(line));
  }

  write(): void {
    const lines = Object.fromEntries([...this.#lines].sort(([a], [b]) => (a < b ? -1 : 1)));
    writeFileSync(this.#path, `${JSON.stringify({ basis: this.#basis, lines }, undefined, 2)}\n`);
  }

  #output({ stdout, stderr, exit }: Ran, home: string): string {
    const texts = [stdout, stderr].map((text) =>
      shownText(text, { apart: false }).replaceAll(home, '<home>'),
    );
    return digest(String(exit), ...texts);
  }
}
