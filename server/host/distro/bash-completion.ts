/** What the package bash-completion puts on the disk: its functions are built into our shell. */
export const BASH_COMPLETION = `# Completion functions of this shell are built in.
shopt -s extglob progcomp
`;

export const BASH_COMPLETION_FILES: Readonly<Record<string, { text: string }>> = {
  '/usr/share/bash-completion/bash_completion': { text: BASH_COMPLETION },
  '/etc/profile.d/bash_completion.sh': {
    text: `# Completion for the bash of a person.
if [ -n "$BASH_VERSION" ] && [ -n "$PS1" ] && shopt -q progcomp; then
  . /usr/share/bash-completion/bash_completion
fi
`,
  },
};
