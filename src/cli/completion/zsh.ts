import type { Command } from 'commander'
import { type Entry, type OptionEntry, type Place, placesOf } from './tree.js'

/** A completion script for zsh, with descriptions. */
export function zshCompletion(program: Command): string {
  const places = placesOf(program)
  return `#compdef replyhq
# replyhq completion for zsh: source <(replyhq completion zsh)
_replyhq() {
  local place='' word
  local -a entries
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
      (${places
        .slice(1)
        .map(({ path }) => quote(` ${path}`))
        .join('|')}) place="$place $word" ;;
    esac
  done
  case "$place \${words[CURRENT-1]}" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$place" in
${places.map(wordCase).join('\n')}
  esac
  _describe 'replyhq' entries
}
if [[ "$funcstack[1]" == _replyhq ]]; then _replyhq "$@"; else compdef _replyhq replyhq; fi
`
}

const placeName = (path: string) => (path === '' ? '' : ` ${path}`)
const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

function valueCases({ path, options }: Place): string[] {
  return options.flatMap((option) => {
    const reply = replyFor(option)
    return reply === undefined
      ? []
      : [`    (${quote(`${placeName(path)} ${option.word}`)}) ${reply}; return ;;`]
  })
}

function replyFor({ value }: OptionEntry): string | undefined {
  if (value === 'none') return undefined
  if (value === 'file') return '_files'
  if (value === 'text') return "_message 'value'"
  return `compadd -- ${value.map(quote).join(' ')}`
}

function wordCase({ path, commands, options }: Place): string {
  return `    (${quote(placeName(path))}) entries=(${[...commands, ...options].map(describe).join(' ')}) ;;`
}

// _describe parts word and description by the first colon.
const describe = ({ word, description }: Entry) => quote(`${word.replaceAll(':', '\\:')}:${description}`)
