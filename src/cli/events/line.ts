import type { OutsideEvent } from '../../client/index.js'
import { clean } from '../../tui/text/clean.js'

const longestWords = 80

/** An event for people: when, what, who, where, and the first words. All of it may be a stranger's text. */
export function eventLine({ type, timestamp, data }: OutsideEvent): string {
  const facts = isObject(data) ? data : {}
  const words = [facts.content, facts.emoji, facts.role, facts.email, stateOf(facts)].find(isText) ?? ''
  const parts = [
    timestamp.slice(0, 19).replace('T', ' '),
    type.padEnd(21),
    whoOf(facts),
    whereOf(facts),
    words,
  ]
  return parts
    .map((part) => clean(part).slice(0, longestWords))
    .filter(Boolean)
    .join('  ')
}

type Facts = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Facts => typeof value === 'object' && value !== null
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

function whoOf(facts: Facts): string {
  const people = [facts.sender, facts.contact].filter(isObject)
  const names = [
    ...people.map(({ name }) => name),
    facts.name,
    ...people.map(({ id }) => id),
    facts.userId,
    facts.title,
  ]
  return names.find(isText) ?? '-'
}

const whereOf = ({ conversationId, id }: Facts): string => [conversationId, id].find(isText) ?? ''

/** Of a conversation: who has it. */
function stateOf({ status, handler, assignee }: Facts): string | undefined {
  if (isObject(assignee) && isText(assignee.name)) return `with ${assignee.name}`
  return [status, handler].filter(isText).join(', ')
}
