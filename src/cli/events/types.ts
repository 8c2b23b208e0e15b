import { InvalidArgumentError, Option } from 'commander'
import { suggestion } from '../../config/suggest.js'
import { type EventType, eventTypes } from '../../server/core/outbox/model.js'

/** Types of events, each with an option of its own or several with commas between them. */
export function eventOption(description: string): Option {
  const option = new Option('--event <type>', `${description}; may be given several times`)
  // The parser after the choices, which stay for the help and for completion.
  return option.choices(eventTypes).argParser(collectTypes)
}

/** Adds what was typed to what came before it. */
export function collectTypes(text: string, before: readonly EventType[] = []): EventType[] {
  return [...new Set([...before, ...text.split(',').map(typeOf)])]
}

function typeOf(word: string): EventType {
  const type = eventTypes.find((candidate) => candidate === word.trim())
  if (type !== undefined) return type
  throw new InvalidArgumentError(
    `${word} is no type of event.${suggestion(word, eventTypes)} There are ${eventTypes.join(', ')}.`,
  )
}
