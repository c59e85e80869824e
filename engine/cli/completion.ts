// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat completion bash|zsh`: a script for the shell. Verbs and options are in the script, so that TAB
// is quick on a small box; only names that change, such as those of profiles, ask the command again.
import type { Command } from "commander";
import { OFFERED_KINDS } from "../app/offered-words.ts";
import { type CompletedVerb, completedVerbs } from "./completion-words.ts";

export async function scriptVerb(shell: "bash" | "zsh", program: Command): Promise<number> {
  process.stdout.write(completionScript(shell, program));
  return 0;
}

export function completionScript(shell: "bash" | "zsh", program: Command): string {
  const tables = tablesText(completedVerbs(program));
  return shell === "bash"
    ? `${BASH_HEAD}${tables}${WALK}${BASH_TAIL}`
    : `${ZSH_HEAD}${tables}${WALK}${ZSH_TAIL}`;
}

const HEAD = `# SPDX-License-Identifier: GPL-3.0-or-later
# The TAB key for downbeat. Made by \`downbeat completion\`, from what the command knows of itself.
`;
const BASH_HEAD = `${HEAD}# Use: source <(downbeat completion bash), or as a file in /etc/bash_completion.d.
`;
const ZSH_HEAD = `#compdef downbeat
${HEAD}# Use: source <(downbeat completion zsh) after compinit, or as a file _downbeat in a folder of $fpath.
`;

/** What each verb takes, as two functions that bash and zsh both understand. Answers are in REPLY variables. */
function tablesText(verbs: readonly CompletedVerb[]): string {
  const rows = verbs.map(({ path, verbs: below, flags, words, isEndless }) => {
    const endless = isEndless ? "yes" : "";
    return `    ${quoted(path)}) verbs=${quoted(below.join(" "))} flags=${quoted(flags.join(" "))} kinds=${quoted(words.join(" "))} endless=${endless} ;;`;
  });
  const kinds = new Map<string, string[]>();
  for (const { path, valued } of verbs) {
    for (const { flags, kind } of valued)
      for (const flag of flags) kinds.set(kind, [...(kinds.get(kind) ?? []), quoted(`${path} ${flag}`)]);
  }
  const options = [...kinds].map(([kind, places]) => `    ${places.join(" | ")}) kind=${kind} ;;`);
  return `
_downbeat_verb() {
  case "$1" in
${rows.join("\n")}
    *) return 1 ;;
  esac
}

# The kind of value that an option takes, by "VERB --option"; empty for a flag.
_downbeat_option() {
  kind=
  case "$1" in
${options.join("\n")}
  esac
}
`;
}

/** Quoted for both shells: nothing of ours has a quote in it. */
function quoted(text: string): string {
  return `'${text}'`;
}

/** Goes along the words before the one that is completed. In: the words. Out: verbs, flags, kind, where, before. */
const WALK = `
# What may stand after these words: verbs and flags, or a value of a kind.
_downbeat_walk() {
  local word path= count=0 wanted= kinds= endless= taken=
  kind= where= before=
  _downbeat_verb ''
  for word in "$@"; do
    if [ -n "$wanted" ]; then
      case "$wanted" in --config | --state) where="$where $wanted=$word" ;; esac
      wanted=
      continue
    fi
    case "$word" in
      --*=*) ;;
      -*)
        _downbeat_option "$path $word"
        if [ -n "$kind" ]; then wanted=$word; fi
        ;;
      *)
        if [ -z "$taken" ] && _downbeat_verb "\${path:+$path }$word"; then
          path="\${path:+$path }$word"
        else
          taken=yes
          count=$((count + 1))
          before="$before $word"
        fi
        ;;
    esac
  done
  kind=
  if [ -n "$wanted" ]; then
    _downbeat_option "$path $wanted"
    verbs= flags=
    return
  fi
  if [ -n "$taken" ]; then verbs=; fi
  local place=0
  # Split by hand: zsh does not split what is not quoted.
  while [ -n "$kinds" ]; do
    kind=\${kinds%% *}
    if [ "$place" -eq "$count" ]; then return; fi
    place=$((place + 1))
    case "$kinds" in *' '*) kinds=\${kinds#* } ;; *) kinds= ;; esac
  done
  if [ -z "$endless" ]; then kind=; fi
}
`;

const OURS = OFFERED_KINDS.join(" | ");

const BASH_TAIL = `
_downbeat() {
  local verbs flags kind where before word
  # By spaces alone: to bash a colon ends a word, and our names have colons.
  local line=\${COMP_LINE:0:COMP_POINT}
  local -a words
  read -ra words <<<"$line"
  local current=
  case "$line" in *[!\\ ]) current=\${words[\${#words[@]} - 1]} ;; esac
  local -a done=("\${words[@]:1}")
  if [ -n "$current" ]; then done=("\${words[@]:1:\${#words[@]}-2}"); fi
  _downbeat_walk "\${done[@]}"
  COMPREPLY=()
  local prefix=
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *)
      if [ -n "$verbs" ]; then COMPREPLY=($(compgen -W "$verbs" -- "$current")); fi
      case "$kind" in
        file) compopt -o filenames 2>/dev/null; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current") ;;
        folder) compopt -o filenames 2>/dev/null; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$current") ;;
        ${OURS})
          while IFS= read -r word; do
            case "$word" in "$current"*) COMPREPLY+=("$word") ;; esac
          done < <("\${words[0]}" completion values $kind $where -- $before 2>/dev/null)
          ;;
      esac
      ;;
  esac
  # Bash puts in what follows the last colon.
  case "$current" in
    *:*)
      case "$COMP_WORDBREAKS" in *:*) prefix=\${current%"\${current##*:}"} ;; esac
      ;;
  esac
  if [ -n "$prefix" ]; then COMPREPLY=("\${COMPREPLY[@]#"$prefix"}"); fi
}

complete -F _downbeat downbeat ./downbeat
`;

const ZSH_TAIL = `
_downbeat() {
  emulate -L zsh
  local verbs flags kind where before
  local current=\${words[CURRENT]}
  _downbeat_walk "\${(@)words[2,CURRENT-1]}"
  case "$current" in
    -*) compadd -- \${=flags} ;;
    *)
      if [ -n "$verbs" ]; then compadd -- \${=verbs}; fi
      case "$kind" in
        file) _files ;;
        folder) _files -/ ;;
        ${OURS}) compadd -- \${(f)"$("\${words[1]}" completion values $kind \${=where} -- \${=before} 2>/dev/null)"} ;;
      esac
      ;;
  esac
}

if [ "\${funcstack[1]:-}" = _downbeat ]; then
  _downbeat "$@"
else
  compdef _downbeat downbeat
fi
`;
