/** Snippets in which the shell differs from bash, each with the reason. */
export const EXCEPTIONS: readonly [snippet: string, reason: string][] = [
  ['f( { echo; }', 'the parser names another token in its error'],
  [
    'x=(1 2; echo',
    'bash complains of `;`, the parser of the parenthesis that is not closed; the exit status differs with it',
  ],
  ['cat <<E\nunfinished', 'bash counts the line after the end in the warning of an unfinished here-document'],
  ['[[ ( a || b ) ]]', 'dash: a word after `(` is told of at the word, the parser tells of the next token'],

  ['f() echo hi', 'dash: the body of a function may be a simple command, which the parser does not read'],
  [
    '[ "a" \\< b ]; echo $?; [ /etc -nt /nosuch ]; echo $?; [ -v x ]; echo $?',
    'dash: a file is not newer than one that is not there',
  ],
  [
    "printf '%s\\n' a b c; printf '%5s|%-5s|\\n' a b; printf '\\101\\x41\\n'; printf '%%\\n'",
    'dash: `\\x` is no escape in formats',
  ],
  [
    'echo $(echo )\necho `echo (`',
    'an error inside backticks is found only when they run, with another status',
  ],
];
