/** Readline's variables in the order of `bind -v`, with the values that Ubuntu starts with. */
const DEFAULTS: readonly (readonly [name: string, value: string])[] = [
  ['bind-tty-special-chars', 'on'],
  ['blink-matching-paren', 'off'],
  ['byte-oriented', 'off'],
  ['colored-completion-prefix', 'off'],
  ['colored-stats', 'off'],
  ['completion-ignore-case', 'off'],
  ['completion-map-case', 'off'],
  ['convert-meta', 'off'],
  ['disable-completion', 'off'],
  ['echo-control-characters', 'on'],
  ['enable-active-region', 'on'],
  ['enable-bracketed-paste', 'on'],
  ['enable-keypad', 'off'],
  ['enable-meta-key', 'on'],
  ['expand-tilde', 'off'],
  ['history-preserve-point', 'off'],
  ['horizontal-scroll-mode', 'off'],
  ['input-meta', 'on'],
  ['mark-directories', 'on'],
  ['mark-modified-lines', 'off'],
  ['mark-symlinked-directories', 'off'],
  ['match-hidden-files', 'on'],
  ['menu-complete-display-prefix', 'off'],
  ['meta-flag', 'on'],
  ['output-meta', 'on'],
  ['page-completions', 'on'],
  ['prefer-visible-bell', 'on'],
  ['print-completions-horizontally', 'off'],
  ['revert-all-at-newline', 'off'],
  ['show-all-if-ambiguous', 'off'],
  ['show-all-if-unmodified', 'off'],
  ['show-mode-in-prompt', 'off'],
  ['skip-completed-text', 'off'],
  ['visible-stats', 'off'],
  ['bell-style', 'audible'],
  ['comment-begin', '#'],
  ['completion-display-width', '-1'],
  ['completion-prefix-display-length', '0'],
  ['completion-query-items', '100'],
  ['editing-mode', 'emacs'],
  ['emacs-mode-string', '@'],
  ['history-size', '500'],
  ['keymap', 'emacs'],
  ['keyseq-timeout', '500'],
  ['vi-cmd-mode-string', '(cmd)'],
  ['vi-ins-mode-string', '(ins)'],
];

/** The variables of the line editor. */
export class EditorSettings {
  readonly #values = new Map(DEFAULTS);

  get(name: string): string {
    return this.#values.get(name) ?? '';
  }

  /** False: there is no such variable. */
  set(name: string, value: string): boolean {
    const before = this.#values.get(name);
    if (before === undefined) return false;
    const isSwitch = before === 'on' || before === 'off';
    this.#values.set(name, isSwitch ? (/^(?:on|1|)$/i.test(value) ? 'on' : 'off') : value);
    return true;
  }

  entries(): [name: string, value: string][] {
    return [...this.#values];
  }
}
