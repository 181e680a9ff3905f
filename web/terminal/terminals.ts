import { attemptData, element, make, send, text } from '../parts/page.ts';
import { Screen } from './screen.ts';

interface Tab {
  readonly id: string;
  readonly host: string;
  readonly item: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly screen: Screen;
}

interface StoredTab {
  readonly id: string;
  readonly host: string;
}

const MOST_TABS = 8;

/** The terminals of a task, in tabs. Which there are is remembered by the browser, so that a reload finds them again. */
export class Terminals {
  readonly #task: number;
  readonly #tabs: Tab[] = [];
  readonly #key: string;
  #selected: Tab | undefined;

  constructor(task: number) {
    const { id, hosts, host } = attemptData();
    this.#task = task;
    this.#key = `terminals ${id} ${task}`;
    const select = element<HTMLSelectElement>('host');
    for (const name of hosts) select.append(new Option(name, name, name === host, name === host));
    element('add-terminal').addEventListener('click', () =>
      this.#add({ id: this.#freeId(), host: select.value }),
    );
    for (const tab of this.#stored()) this.#add(tab, false);
    if (this.#tabs.length === 0) this.#add({ id: '1', host }, false);
    this.#select(this.#tabs[0] as Tab);
    element('tabs').addEventListener('keydown', (event) => this.#moveBy(event));
  }

  /** After a reset: all shells are gone. */
  restart(): void {
    for (const { screen } of this.#tabs) screen.restart();
  }

  fit(): void {
    this.#selected?.screen.fit();
  }

  #stored(): StoredTab[] {
    try {
      const stored = JSON.parse(sessionStorage.getItem(this.#key) ?? '[]') as StoredTab[];
      return stored.filter(({ id, host }) => typeof id === 'string' && typeof host === 'string');
    } catch {
      return [];
    }
  }

  #store(): void {
    sessionStorage.setItem(this.#key, JSON.stringify(this.#tabs.map(({ id, host }) => ({ id, host }))));
  }

  #freeId(): string {
    let number = 1;
    while (this.#tabs.some((tab) => tab.id === String(number))) number++;
    return String(number);
  }

  #add({ id, host }: StoredTab, select = true): void {
    if (this.#tabs.length >= MOST_TABS || this.#tabs.some((tab) => tab.id === id)) return;
    const { id: attempt } = attemptData();
    const panel = make('div', 'panel');
    panel.id = `panel-${id}`;
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-label', text('terminalN', { n: id }));
    panel.hidden = true;
    element('panels').append(panel);
    const url = (query: Record<string, string>) => {
      const search = new URLSearchParams({ ...query, task: String(this.#task), terminal: id, host });
      return `${location.origin.replace(/^http/, 'ws')}/attempts/${attempt}/terminal?${search}`;
    };
    const item = make('div', 'tab');
    const button = make('button', '', `${id} · ${host}`);
    const onTitle = (title: string) => {
      button.textContent = `${id} · ${shortTitle(title)}`;
      button.title = title;
    };
    const screen = new Screen(panel, { url, onOver: () => location.reload(), onTitle });
    button.type = 'button';
    button.setAttribute('role', 'tab');
    button.setAttribute('aria-controls', panel.id);
    const tab: Tab = { id, host, item, button, screen };
    button.addEventListener('click', () => this.#select(tab));
    const close = make('button', 'close', '×');
    close.type = 'button';
    close.setAttribute('aria-label', text('closeTerminal', { n: id }));
    close.addEventListener('click', () => this.#close(tab));
    item.append(button, close);
    element('tabs').append(item);
    this.#tabs.push(tab);
    this.#store();
    if (select) this.#select(tab);
    this.#showClosers();
  }

  #select(tab: Tab, focus = true): void {
    this.#selected = tab;
    for (const other of this.#tabs) {
      const selected = other === tab;
      other.item.classList.toggle('selected', selected);
      other.button.setAttribute('aria-selected', String(selected));
      other.button.tabIndex = selected ? 0 : -1;
      other.screen.panel.hidden = !selected;
    }
    tab.screen.show();
    if (focus) tab.screen.focus();
  }

  #close(tab: Tab): void {
    const index = this.#tabs.indexOf(tab);
    this.#tabs.splice(index, 1);
    tab.screen.close();
    tab.screen.panel.remove();
    tab.item.remove();
    this.#store();
    this.#showClosers();
    const { id } = attemptData();
    send('POST', `/attempts/${id}/tasks/${this.#task}/terminals/${tab.id}/close`).catch(() => {});
    this.#select((this.#tabs[Math.max(0, index - 1)] ?? this.#tabs[0]) as Tab);
  }

  /** The last terminal stays. */
  #showClosers(): void {
    for (const { item } of this.#tabs) {
      (item.lastElementChild as HTMLElement).hidden = this.#tabs.length === 1;
    }
  }

  #moveBy(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const index = this.#tabs.findIndex(({ button }) => button === document.activeElement);
    if (step === 0 || index < 0) return;
    const next = this.#tabs[(index + step + this.#tabs.length) % this.#tabs.length] as Tab;
    this.#select(next, false);
    next.button.focus();
  }
}

/** Of `root@node01: /etc` the part that says whose shell it is and where; of any other title all. */
function shortTitle(title: string): string {
  return /^[^\s:]+@[^\s:]+(?=: )/.exec(title)?.[0] ?? title;
}
