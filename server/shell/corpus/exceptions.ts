type Exceptions = readonly (readonly [snippet: string, reason: string])[];

/** Snippets in which a shell differs from the real one, each with the reason. */
export const EXCEPTIONS: Readonly<Record<'bash' | 'sh', Exceptions>> = {
  bash: [['echo $(echo )\necho `echo (`', 'a parenthesis behind a name is not found inside of backticks']],
  sh: [
    ['f( { echo; }', 'the parser names another token in its error'],
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
