/** Snippets in which the shell differs from bash, each with the reason. */
export const EXCEPTIONS: readonly [snippet: string, reason: string][] = [
  ['f( { echo; }', 'the parser names another token in its error'],
  [
    'x=(1 2; echo',
    'bash complains of `;`, the parser of the parenthesis that is not closed; the exit status differs with it',
  ],
  ['cat <<E\nunfinished', 'bash counts the line after the end in the warning of an unfinished here-document'],
  [
    'echo $(echo )\necho `echo (`',
    'an error inside backticks is found only when they run, with another status',
  ],
];
