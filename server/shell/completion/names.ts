import type { Steps } from '../../sim/index.ts';
import type { NameKind } from '../editor/editor-host.ts';
import { splitWords } from '../editor/yanks.ts';
import { expandWords, parseWord } from '../expand/expand.ts';
import type { Shell } from '../interpreter/shell.ts';
import { actionItems, commandNames, fileNames } from './actions.ts';
import { filesOf, type Matches, plain } from './file-matches.ts';
import type { Word } from './words.ts';

/** Names of one kind that the word begins, whatever stands before it (`M-/`, `M-!`, `M-$`, `M-~`, `M-@`, `M-g`). */
export function* namesOf(shell: Shell, kind: NameKind, word: Word, before: string): Steps<Matches> {
  const { value } = word;
  switch (kind) {
    case 'command':
      return plain(commandNames(shell, value));
    case 'filename':
      return filesOf(shell, fileNames(shell, value));
    case 'history':
      return plain(historyWords(shell, value));
    case 'glob':
    case 'glob-beginning': {
      const asked = kind === 'glob' ? value : `${value}*`;
      const found = yield* expandWords(shell, [parseWord(asked)]);
      return filesOf(shell, found.length === 1 && found[0] === asked ? [] : found, true);
    }
    default:
      return plain(marked(shell, kind, value, before));
  }
}

const SIGNS = { hostname: '@', username: '~', variable: '$' } as const;
const ACTIONS = { hostname: 'hostname', username: 'user', variable: 'variable' } as const;

/** Names with the sign that they have in the word, if any. */
function marked(shell: Shell, kind: keyof typeof SIGNS, value: string, before: string): string[] {
  const sign = value.startsWith(SIGNS[kind]) ? SIGNS[kind] : '';
  const names = actionItems(shell, ACTIONS[kind], value.slice(sign.length));
  return before.endsWith('@') && kind !== 'hostname' ? [] : names.map((name) => sign + name);
}

function historyWords(shell: Shell, value: string): string[] {
  const words = shell.history.list().flatMap(({ text }) => splitWords(text));
  return [...new Set(words.filter((word) => word.startsWith(value) && word !== value))].sort();
}
