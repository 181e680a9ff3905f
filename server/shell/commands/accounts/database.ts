import type { Files } from '../../../host/index.ts';

/** The four files of accounts, edited line by line. */
export class AccountFiles {
  readonly #fs: Files;

  constructor(fs: Files) {
    this.#fs = fs;
  }

  lines(file: string): string[][] {
    if (!this.#fs.isFile(file)) return [];
    return this.#fs
      .read(file)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(':'));
  }

  add(file: string, fields: readonly (string | number)[]): void {
    this.save(file, [...this.lines(file), fields.map(String)]);
  }

  remove(file: string, name: string): void {
    this.save(
      file,
      this.lines(file).filter(([first]) => first !== name),
    );
  }

  /** Changes the line of a name; others stay. */
  edit(file: string, name: string, change: (fields: string[]) => string[]): void {
    this.save(
      file,
      this.lines(file).map((fields) => (fields[0] === name ? change([...fields]) : fields)),
    );
  }

  save(file: string, lines: readonly (readonly string[])[]): void {
    this.#fs.write(file, lines.map((fields) => `${fields.join(':')}\n`).join(''));
  }

  /** The first number from `least` on that nobody has; `most` downwards for accounts of the system. */
  freeId(file: string, system: boolean): number {
    const taken = new Set(this.lines(file).map((fields) => Number(fields[2])));
    if (system) {
      for (let id = 999; id >= 100; id--) if (!taken.has(id)) return id;
    }
    let id = 1000;
    while (taken.has(id)) id++;
    return id;
  }

  /** Members of a group, by its line's last field. */
  setMembership(group: string, user: string, isMember: boolean): void {
    this.edit(GROUP, group, (fields) => {
      const members = (fields[3] ?? '').split(',').filter((name) => name !== '' && name !== user);
      return [...fields.slice(0, 3), [...members, ...(isMember ? [user] : [])].join(',')];
    });
  }
}

export const PASSWD = '/etc/passwd';
export const SHADOW = '/etc/shadow';
export const GROUP = '/etc/group';
