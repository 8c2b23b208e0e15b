import type { Command } from 'commander'
import { type OptionEntry, type Place, placesOf } from './tree.js'

/** A completion script for bash, also for the version 3.2 of macOS, which has no associative arrays. */
export function bashCompletion(program: Command): string {
  const places = placesOf(program)
  return `# replyhq completion for bash: source <(replyhq completion bash)
_replyhq() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" place='' words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$place \${COMP_WORDS[index]}" in
      ${places
        .slice(1)
        .map(({ path }) => `' ${path}'`)
        .join(' | ')}) place="$place \${COMP_WORDS[index]}" ;;
    esac
  done
  case "$place $previous" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$place" in
${places.map(wordCase).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _replyhq replyhq
`
}

const placeName = (path: string) => (path === '' ? '' : ` ${path}`)

// Returning nothing leaves files to the defaults given to complete; a value that is no file ends with no proposal.
function valueCases({ path, options }: Place): string[] {
  return options.flatMap((option) => {
    const reply = replyFor(option)
    return reply === undefined ? [] : [`    '${placeName(path)} ${option.word}') ${reply} return ;;`]
  })
}

function replyFor({ value }: OptionEntry): string | undefined {
  if (value === 'none') return undefined
  if (value === 'file') return 'COMPREPLY=($(compgen -f -- "$current"));'
  if (value === 'text') return 'compopt +o default +o bashdefault 2>/dev/null; COMPREPLY=();'
  return `COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$current"));`
}

function wordCase({ path, commands, options }: Place): string {
  const words = [...commands, ...options].map(({ word }) => word)
  return `    '${placeName(path)}') words='${words.join(' ')}' ;;`
}
