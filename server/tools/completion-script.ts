/** A script for bash that asks the program itself for the candidates, and hands them to readline. */
export function bashCompletion(name: string): string {
  return `# bash completion for ${name}

__${name}_candidates() {
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
  ${name} __complete "\${words[@]}" "\${COMP_WORDS[COMP_CWORD]}" 2>/dev/null
}

__start_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line value directive=0
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :*) directive="\${line#:}" ;;
      *)
        value="\${line%%$'\\t'*}"
        [[ "$value" == "$current"* ]] && COMPREPLY+=("$value")
        ;;
    esac
  done < <(__${name}_candidates)
  # What came are endings of file names.
  if (( directive & 8 )); then COMPREPLY=(); fi
  if (( directive & 2 )); then compopt -o nospace 2>/dev/null; fi
  if (( !(directive & 4) )) && (( \${#COMPREPLY[@]} == 0 )); then compopt -o default 2>/dev/null; fi
}

complete -o default -F __start_${name} ${name}
`;
}
