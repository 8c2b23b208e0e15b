import type { Command } from 'commander'
import { type OptionEntry, type Place, placesOf } from './tree.js'

/** A completion script for fish, with descriptions. */
export function fishCompletion(program: Command): string {
  const places = placesOf(program)
  return `# replyhq completion for fish: replyhq completion fish | source
function __replyhq_place
  set -l place ''
  for word in (commandline -opc)[2..-1]
    switch "$place $word"
      case ${places
        .slice(1)
        .map(({ path }) => quote(` ${path}`))
        .join(' ')}
        set place "$place $word"
    end
  end
  echo "$place"
end
complete -c replyhq -e
complete -c replyhq -f
${places.flatMap(lines).join('\n')}
`
}

const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

function lines({ path, commands, options }: Place): string[] {
  const place = path === '' ? '' : ` ${path}`
  const condition = `-n ${quote(`test (__replyhq_place) = ${quote(place)}`)}`
  return [
    ...commands.map(
      ({ word, description }) => `complete -c replyhq ${condition} -a ${word} -d ${quote(description)}`,
    ),
    ...options.map((option) => `complete -c replyhq ${condition} ${optionWords(option)}`),
  ]
}

function optionWords({ word, description, value }: OptionEntry): string {
  const name = `-l ${word.replace(/^--/, '')} -d ${quote(description)}`
  if (value === 'none') return name
  if (value === 'file') return `${name} -r -F`
  return value === 'text' ? `${name} -x` : `${name} -x -a ${quote(value.join(' '))}`
}
