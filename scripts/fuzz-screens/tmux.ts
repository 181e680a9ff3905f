import { ARROWS, FILES, type Grammar, picker } from './session.ts';

const PREFIX = '\x02';
const SHELL = `exec env PS1='$ ' bash --norc`;
const START = `unset TMUX; tmux -L fuzz$$ -f /dev/null new -s s "${SHELL}" \\; set -g destroy-unattached on \\; set -g assume-paste-time 0`;

/** Panes, windows, copy mode. */
export const tmux: Grammar = {
  session(random) {
    const pick = picker(random);
    const after = (keys: string) => pick([...keys].map((key) => `${PREFIX}${key}`));
    const command = (): string =>
      pick([
        () => after('%"cnplo;z!{} '),
        () => PREFIX + pick(ARROWS),
        () => after('qtws0123i?'),
        () =>
          `${PREFIX}[${pick(['\x1b[A\x1b[A', '\x10\x10', '\x12line\r', '\x13echo\r', '\x01\x00\x05\x1bw', 'q'])}`,
        () => pick(['echo one\r', 'seq 40\r', 'cat f\r', 'echo two three\r']),
        () => pick(['exit\r', `${PREFIX}]`, `${PREFIX}xy`, `${PREFIX}&y`, `${PREFIX},new\r`, 'q', '\r']),
        () =>
          `${PREFIX}:${pick(['split-window -h', 'link-window -t 5', 'swap-pane -U', 'zz', 'setw mode-keys vi'])}\r`,
      ])();
    return { command: START, files: FILES, keys: Array.from({ length: 1 + random.below(6) }, command) };
  },
  // The status line shows the machine's name and the time; the prompts are those of two machines.
  tidy: (line) =>
    line.replace(/ *"[^"]*" ?\d\d:\d\d \d\d-\w{3}-\d\d$/, '').replaceAll(/bash-5.2# ?|root@vm:~#/g, '$'),
};
