import type { Steps } from '../../sim/index.ts';
import { expandUser } from '../completion/actions.ts';
import { type Inputrc, readInputrc } from '../editor/inputrc.ts';
import { Keymaps } from '../editor/keymap.ts';
import { EditorSettings } from '../editor/settings.ts';
import type { Shell } from './shell.ts';

/** Keys and variables of the line editor. */
export class Readline {
  readonly keymaps = new Keymaps();
  readonly settings = new EditorSettings();
}

/** The shell's line editor as `~/.inputrc` and `bind` change it. */
export function inputrcOf(shell: Shell): Inputrc {
  const { keymaps, settings } = shell.readline;
  return {
    keymaps,
    settings,
    setMode: (mode) => {
      for (const name of ['emacs', 'vi']) shell.options.set(name, name === mode);
    },
    isMode: (mode) => mode === (shell.options.on('vi') ? 'vi' : 'emacs'),
    term: shell.variables.get('TERM') ?? '',
    include: (path) => {
      const { fs } = shell.context;
      const file = expandUser(shell, path);
      return fs.isFile(file) && fs.can(file, 'read') ? fs.read(file) : undefined;
    },
  };
}

/** `$INPUTRC`, else `~/.inputrc`, else what the machine has for all. */
export function* loadInputrc(shell: Shell): Steps<void> {
  const rc = inputrcOf(shell);
  for (const path of [shell.variables.get('INPUTRC') ?? `${shell.home}/.inputrc`, '/etc/inputrc']) {
    const text = rc.include(path);
    if (text === undefined) continue;
    for (const complaint of readInputrc(rc, path, text)) yield* shell.stderr(`${complaint}\n`);
    return;
  }
}
