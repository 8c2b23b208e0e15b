import { type Json, type Priority, priorityName, priorityRank } from '../model.js'

const isPriority = (value: unknown): value is Priority =>
  value === 'high' || value === 'normal' || value === 'low'

/** How urgent a visitor's software says it is: `priority`, else `customerType: "premium"`. */
export function priorityOfMetadata(metadata: Json): Priority {
  if (isPriority(metadata.priority)) return metadata.priority
  return metadata.customerType === 'premium' || metadata.customer_type === 'premium' ? 'high' : 'normal'
}

/** The bot's word counts where nobody has said anything; else the more urgent one. */
export function morePressing(said: Priority, bots: Priority): Priority {
  if (said === 'normal') return bots
  return priorityName(Math.min(priorityRank(said), priorityRank(bots)) as 0 | 1 | 2)
}
