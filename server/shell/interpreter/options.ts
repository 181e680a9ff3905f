/** `set -o` options: name, letter of `set`, default. */
export const SET_OPTIONS: readonly [name: string, letter: string, on: boolean][] = [
  ['allexport', 'a', false],
  ['braceexpand', 'B', true],
  ['emacs', '', false],
  ['errexit', 'e', false],
  ['errtrace', 'E', false],
  ['functrace', 'T', false],
  ['hashall', 'h', true],
  ['histexpand', 'H', false],
  ['history', '', false],
  ['ignoreeof', '', false],
  ['interactive-comments', '', true],
  ['keyword', 'k', false],
  ['monitor', 'm', false],
  ['noclobber', 'C', false],
  ['noexec', 'n', false],
  ['noglob', 'f', false],
  ['nolog', '', false],
  ['notify', 'b', false],
  ['nounset', 'u', false],
  ['onecmd', 't', false],
  ['physical', 'P', false],
  ['pipefail', '', false],
  ['posix', '', false],
  ['privileged', 'p', false],
  ['verbose', 'v', false],
  ['vi', '', false],
  ['xtrace', 'x', false],
];

/** `shopt` options and their defaults in a non-interactive shell. */
export const SHELL_OPTIONS: readonly [name: string, on: boolean][] = [
  ['autocd', false],
  ['assoc_expand_once', false],
  ['cdable_vars', false],
  ['cdspell', false],
  ['checkhash', false],
  ['checkjobs', false],
  ['checkwinsize', true],
  ['cmdhist', true],
  ['compat31', false],
  ['compat32', false],
  ['compat40', false],
  ['compat41', false],
  ['compat42', false],
  ['compat43', false],
  ['compat44', false],
  ['complete_fullquote', true],
  ['direxpand', false],
  ['dirspell', false],
  ['dotglob', false],
  ['execfail', false],
  ['expand_aliases', false],
  ['extdebug', false],
  ['extglob', false],
  ['extquote', true],
  ['failglob', false],
  ['force_fignore', true],
  ['globasciiranges', true],
  ['globskipdots', true],
  ['globstar', false],
  ['gnu_errfmt', false],
  ['histappend', false],
  ['histreedit', false],
  ['histverify', false],
  ['hostcomplete', true],
  ['huponexit', false],
  ['inherit_errexit', false],
  ['interactive_comments', true],
  ['lastpipe', false],
  ['lithist', false],
  ['localvar_inherit', false],
  ['localvar_unset', false],
  ['login_shell', false],
  ['mailwarn', false],
  ['no_empty_cmd_completion', false],
  ['nocaseglob', false],
  ['nocasematch', false],
  ['noexpand_translation', false],
  ['nullglob', false],
  ['patsub_replacement', true],
  ['progcomp', true],
  ['progcomp_alias', false],
  ['promptvars', true],
  ['restricted_shell', false],
  ['shift_verbose', false],
  ['sourcepath', true],
  ['varredir_close', false],
  ['xpg_echo', false],
];

/** The switches of one shell, by name. */
export class Options {
  readonly #set: Map<string, boolean>;
  readonly #shopt: Map<string, boolean>;

  constructor(from?: Options) {
    this.#set = new Map(from ? from.#set : SET_OPTIONS.map(([name, , on]) => [name, on]));
    this.#shopt = new Map(from ? from.#shopt : SHELL_OPTIONS.map(([name, on]) => [name, on]));
  }

  /** Whether a `set -o` option is on. */
  on(name: string): boolean {
    return this.#set.get(name) === true;
  }

  /** Whether a `shopt` option is on. */
  shopt(name: string): boolean {
    return this.#shopt.get(name) === true;
  }

  knows(name: string): boolean {
    return this.#set.has(name);
  }

  knowsShopt(name: string): boolean {
    return this.#shopt.has(name);
  }

  set(name: string, on: boolean): void {
    this.#set.set(name, on);
    if (on && name === 'vi') this.#set.set('emacs', false);
    if (on && name === 'emacs') this.#set.set('vi', false);
  }

  setShopt(name: string, on: boolean): void {
    this.#shopt.set(name, on);
  }

  /** All `set -o` options, to be given back to `restore`. */
  save(): ReadonlyMap<string, boolean> {
    return new Map(this.#set);
  }

  restore(saved: ReadonlyMap<string, boolean>): void {
    for (const [name, on] of saved) this.#set.set(name, on);
  }

  /** `set -o` in the order of dash and ash. */
  static readonly ALMQUIST: readonly string[] =
    'errexit noglob ignoreeof interactive monitor noexec stdin xtrace verbose vi emacs noclobber allexport notify nounset'.split(
      ' ',
    );

  /** The value of `$-`, but for `c`, `i` and `s`. */
  letters(): string {
    const order = 'abefhkmnptuvxBCEHPT';
    const on = new Set(SET_OPTIONS.filter(([name, letter]) => letter && this.on(name)).map(([, l]) => l));
    return [...order].filter((letter) => on.has(letter)).join('');
  }

  /** The value of `SHELLOPTS`. */
  enabled(): string {
    return SET_OPTIONS.filter(([name]) => this.on(name))
      .map(([name]) => name)
      .join(':');
  }

  /** The value of `BASHOPTS`. */
  enabledShopt(): string {
    return SHELL_OPTIONS.filter(([name]) => this.shopt(name))
      .map(([name]) => name)
      .join(':');
  }
}
