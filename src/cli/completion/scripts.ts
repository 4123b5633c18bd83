/** The scripts for shells: each asks `ordersctl completion words` and offers what it says. */
import { LOADING, type Shell } from './shells.js';

export function completionScript(shell: Shell): string {
  return `# Completion of ordersctl. Load it with: ${LOADING[shell]}\n${SCRIPTS[shell]}`;
}

/** `:files` instead of words asks for the names of files. */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_ordersctl() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    if [[ $line == :files ]]; then
      compopt -o default 2>/dev/null
    else
      COMPREPLY+=("$line")
    fi
  done < <(ordersctl completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _ordersctl ordersctl`,
  zsh: `_ordersctl() {
  local line value
  local -a described
  for line in "\${(@f)$(ordersctl completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    value=\${line%%$'\\t'*}
    if [[ $value == :files ]]; then
      _files
    elif [[ -n $value ]]; then
      described+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  (( \${#described} )) && _describe ordersctl described
}
compdef _ordersctl ordersctl`,
  fish: `function __ordersctl_words
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -e words[1]
    for line in (ordersctl completion words -- $words "$current" 2>/dev/null)
        if string match -q ':files*' -- $line
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end
complete -c ordersctl -f -a '(__ordersctl_words)'`,
};
