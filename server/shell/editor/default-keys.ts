/** A function of readline and the keys that it is on, as `bind -p` writes them. A blank is `\x20`. */
type Keys = readonly (readonly [sequence: string, name: string])[];

function table(text: string): Keys {
  return text
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [name = '', ...sequences] = line.trim().split(/:? +/);
      return sequences.map((sequence) => [sequence, name] as const);
    });
}

/** Keys that a terminal sends for its special keys, the same in all modes. */
const SPECIAL = `
backward-char: \\e[D \\eOD
backward-word: \\e[1;5D \\e[1;3D
beginning-of-line: \\e[H \\eOH
delete-char: \\e[3~
end-of-line: \\e[F \\eOF
forward-char: \\e[C \\eOC
forward-word: \\e[1;5C \\e[1;3C
history-search-backward: \\e[5~
history-search-forward: \\e[6~
kill-word: \\e[3;5~
next-history: \\e[B \\eOB
overwrite-mode: \\e[2~
previous-history: \\e[A \\eOA
`;

const capitals = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const LOWERED = [
  ...capitals.map((letter) => `\\C-x${letter}`),
  ...capitals.filter((letter) => letter !== 'O').map((letter) => `\\e${letter}`),
];

export const EMACS_KEYS = table(`${SPECIAL}
abort: \\C-g \\C-x\\C-g \\e\\C-g
accept-line: \\C-j \\C-m
backward-char: \\C-b
backward-delete-char: \\C-h \\C-?
backward-kill-line: \\C-x\\C-?
backward-kill-word: \\e\\C-h \\e\\C-?
backward-word: \\eb
beginning-of-history: \\e<
beginning-of-line: \\C-a
bracketed-paste-begin: \\e[200~
call-last-kbd-macro: \\C-xe
capitalize-word: \\ec
character-search: \\C-]
character-search-backward: \\e\\C-]
clear-display: \\e\\C-l
clear-screen: \\C-l
complete: \\C-i \\e\\e
complete-command: \\e!
complete-filename: \\e/
complete-hostname: \\e@
complete-into-braces: \\e{
complete-username: \\e~
complete-variable: \\e$
delete-char: \\C-d
delete-horizontal-space: \\e\\\\
digit-argument: \\e- ${[...'0123456789'].map((digit) => `\\e${digit}`).join(' ')}
display-shell-version: \\C-x\\C-v
do-lowercase-version: ${LOWERED.join(' ')}
downcase-word: \\el
dynamic-complete-history: \\e\\C-i
edit-and-execute-command: \\C-x\\C-e
end-kbd-macro: \\C-x)
end-of-history: \\e>
end-of-line: \\C-e
exchange-point-and-mark: \\C-x\\C-x
forward-char: \\C-f
forward-search-history: \\C-s
forward-word: \\ef
glob-complete-word: \\eg
glob-expand-word: \\C-x*
glob-list-expansions: \\C-xg
history-expand-line: \\e^
insert-comment: \\e#
insert-completions: \\e*
insert-last-argument: \\e. \\e_
interrupt: \\C-c
kill-line: \\C-k
kill-word: \\ed
next-history: \\C-n
non-incremental-forward-search-history: \\en
non-incremental-reverse-search-history: \\ep
operate-and-get-next: \\C-o
possible-command-completions: \\C-x!
possible-completions: \\e= \\e?
possible-filename-completions: \\C-x/
possible-hostname-completions: \\C-x@
possible-username-completions: \\C-x~
possible-variable-completions: \\C-x$
previous-history: \\C-p
quoted-insert: \\C-q \\C-v
re-read-init-file: \\C-x\\C-r
reverse-search-history: \\C-r
revert-line: \\e\\C-r \\er
set-mark: \\C-@ \\e\\x20
shell-backward-word: \\e\\C-b
shell-expand-line: \\e\\C-e
shell-forward-word: \\e\\C-f
shell-kill-word: \\e\\C-d
shell-transpose-words: \\e\\C-t
spell-correct-word: \\C-xs
start-kbd-macro: \\C-x(
tilde-expand: \\e&
transpose-chars: \\C-t
transpose-words: \\et
undo: \\C-x\\C-u \\C-_
unix-line-discard: \\C-u
unix-word-rubout: \\C-w
upcase-word: \\eu
yank: \\C-y
yank-nth-arg: \\e\\C-y
yank-pop: \\ey
`);

export const VI_INSERT_KEYS = table(`${SPECIAL}
accept-line: \\C-j \\C-m
backward-delete-char: \\C-h \\C-?
bracketed-paste-begin: \\e[200~
complete: \\C-i
forward-search-history: \\C-s
interrupt: \\C-c
menu-complete: \\C-n
menu-complete-backward: \\C-p
quoted-insert: \\C-v
reverse-search-history: \\C-r
self-insert: \\C-a \\C-b \\C-e \\C-f \\C-g \\C-k \\C-l \\C-o \\C-q \\C-x \\C-z \\C-\\\\ \\C-] \\C-^
transpose-chars: \\C-t
unix-line-discard: \\C-u
vi-eof-maybe: \\C-d
vi-undo: \\C-_
vi-unix-word-rubout: \\C-w
yank: \\C-y
`);

/** Control characters of vi's command mode, and the terminal's keys; its letters are its own affair. */
export const VI_COMMAND_KEYS = table(`
abort: \\C-g
accept-line: \\C-j \\C-m
clear-screen: \\C-l
forward-search-history: \\C-s
interrupt: \\C-c
kill-line: \\C-k
next-history: \\C-n
previous-history: \\C-p
quoted-insert: \\C-q \\C-v
reverse-search-history: \\C-r
transpose-chars: \\C-t
unix-line-discard: \\C-u
vi-eof-maybe: \\C-d
vi-undo: \\C-_
vi-unix-word-rubout: \\C-w
yank: \\C-y
backward-word: \\e[1;5D \\e[1;3D
beginning-of-line: \\e[H \\eOH
delete-char: \\e[3~
end-of-line: \\e[F \\eOF
forward-word: \\e[1;5C \\e[1;3C
history-search-backward: \\e[5~
history-search-forward: \\e[6~
kill-word: \\e[3;5~
overwrite-mode: \\e[2~
`);
