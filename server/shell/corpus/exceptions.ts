type Exceptions = readonly (readonly [snippet: string, reason: string])[];

/** Snippets in which a shell differs from the real one, each with the reason. */
export const EXCEPTIONS: Readonly<Record<'bash' | 'sh', Exceptions>> = {
  bash: [
    ['f( { echo; }', 'the parser names another token in its error'],
    [
      'x=(1 2; echo',
      'bash complains of `;`, the parser of the parenthesis that is not closed; the exit status differs with it',
    ],
    [
      'cat <<E\nunfinished',
      'bash counts the line after the end in the warning of an unfinished here-document',
    ],
    [
      'echo $(echo )\necho `echo (`',
      'an error inside backticks is found only when they run, with another status',
    ],
  ],
  sh: [
    ['f( { echo; }', 'the parser names another token in its error'],
    ['[[ ( a || b ) ]]', 'a word after `(` is told of at the word, the parser tells of the next token'],
    ['f() echo hi', 'the body of a function may be a simple command, which the parser does not read'],
    [
      '[ "a" \\< b ]; echo $?; [ /etc -nt /nosuch ]; echo $?; [ -v x ]; echo $?',
      'a file is not newer than one that is not there',
    ],
    [
      "printf '%s\\n' a b c; printf '%5s|%-5s|\\n' a b; printf '\\101\\x41\\n'; printf '%%\\n'",
      '`\\x` is no escape in formats',
    ],
  ],
};
