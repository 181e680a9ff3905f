import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import { make, text } from '../parts/page.ts';
import { Connection, type ConnectionState } from './connection.ts';

const THEME = {
  background: '#101318',
  foreground: '#d8dde5',
  cursor: '#9dbcff',
  cursorAccent: '#101318',
  selectionBackground: '#33466e',
  black: '#1b2028',
  red: '#ff7b72',
  green: '#6fd18f',
  yellow: '#e7c063',
  blue: '#7ea6ff',
  magenta: '#d2a0f5',
  cyan: '#67cbd9',
  white: '#d8dde5',
  brightBlack: '#7a8594',
  brightRed: '#ff9d96',
  brightGreen: '#93e2ad',
  brightYellow: '#f3d78d',
  brightBlue: '#a6c3ff',
  brightMagenta: '#e2bffb',
  brightCyan: '#96e0ea',
  brightWhite: '#ffffff',
};

export interface ScreenOptions {
  /** Where to connect, with these search parameters. */
  readonly url: (query: Record<string, string>) => string;
  /** Called when the exam has ended. */
  readonly onOver: () => void;
  /** Called with the title that a program gives the terminal. */
  readonly onTitle: (title: string) => void;
}

/** One terminal on the page: screen, line to the server, and what is said about the line. */
export class Screen {
  readonly panel: HTMLElement;
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #connection: Connection;
  readonly #notice: HTMLElement;
  #opened = false;

  constructor(panel: HTMLElement, options: ScreenOptions) {
    const { url, onOver, onTitle } = options;
    this.panel = panel;
    this.#terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: true,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
      fontSize: 14,
      lineHeight: 1.2,
      minimumContrastRatio: 4.5,
      scrollback: 5000,
      theme: THEME,
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(new Unicode11Addon());
    this.#terminal.loadAddon(new WebLinksAddon((_event, link) => window.open(link, '_blank', 'noreferrer')));
    this.#terminal.unicode.activeVersion = '11';
    this.#notice = make('div', 'notice calm');
    this.#notice.setAttribute('role', 'status');
    this.#notice.hidden = true;
    panel.append(this.#notice);
    this.#connection = new Connection(url, {
      output: (data) => this.#terminal.write(data),
      fresh: (again) => {
        this.#terminal.reset();
        if (again) this.#terminal.write(`\x1b[2m${text('restarted')}\x1b[0m\r\n`);
      },
      state: (state, message) => this.#showState(state, message, onOver),
    });
    this.#terminal.onData((data) => this.#connection.input(data));
    this.#terminal.onTitleChange(onTitle);
    this.#terminal.onResize(({ cols, rows }) => this.#connection.resize(cols, rows));
    this.#terminal.attachCustomKeyEventHandler((event) => this.#handleKey(event));
    new ResizeObserver(() => this.fit()).observe(panel);
  }

  /** Shows the terminal and connects it the first time. */
  show(): void {
    if (!this.#opened) {
      this.#opened = true;
      this.#terminal.open(this.panel);
      this.fit();
      this.#connection.open(this.#terminal.cols, this.#terminal.rows);
    }
    this.fit();
  }

  focus(): void {
    this.#terminal.focus();
  }

  fit(): void {
    if (this.#opened && this.panel.offsetParent !== null) this.#fit.fit();
  }

  restart(): void {
    this.#connection.open(this.#terminal.cols, this.#terminal.rows);
    this.focus();
  }

  close(): void {
    this.#connection.close();
    this.#terminal.dispose();
  }

  /** Ctrl+Shift+C and Ctrl+Shift+V, as in every terminal. False: not for the shell. */
  #handleKey(event: KeyboardEvent): boolean {
    if (!event.ctrlKey || !event.shiftKey || event.altKey) return true;
    if (event.code === 'KeyC') {
      event.preventDefault();
      if (event.type === 'keydown' && this.#terminal.hasSelection()) copy(this.#terminal.getSelection());
      return false;
    }
    // The browser pastes as plain text at Ctrl+Shift+V, and xterm takes that.
    return event.code !== 'KeyV';
  }

  #showState(state: ConnectionState, message: string | undefined, onOver: () => void): void {
    const texts: Partial<Record<ConnectionState, string>> = {
      connecting: text('starting'),
      lost: text('disconnected'),
      ended: text('sessionEnded'),
      over: text('timeUp'),
      failed: message ?? text('wrong'),
    };
    const says = texts[state];
    this.panel.dataset['state'] = state;
    this.#notice.hidden = says === undefined;
    this.#notice.classList.toggle('calm', state === 'connecting' || state === 'ended');
    this.#notice.replaceChildren(says ?? '');
    if (state === 'ended') {
      const button = make('button', '', text('reconnect'));
      button.type = 'button';
      button.addEventListener('click', () => this.restart());
      this.#notice.append(button);
    }
    if (state === 'over') onOver();
  }
}

function copy(selection: string): void {
  navigator.clipboard?.writeText(selection).catch(() => {});
}
