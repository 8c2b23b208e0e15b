import { type Json, type Priority, priorityName, priorityRank } from '../model.js'

const isPriority = (value: unknown): value is Priority =>
  value === 'high' || value === 'normal' || value === 'low'

/** How urgent a visitor's software says it is: by `priority`, else by `customerType` as the app ranks its customers. */
export function priorityOfMetadata(metadata: Json, customers: Record<string, Priority>): Priority {
  if (isPriority(metadata.priority)) return metadata.priority
  const type = metadata.customerType ?? metadata.customer_type
  if (typeof type !== 'string' || !Object.hasOwn(customers, type)) return 'normal'
  return customers[type] ?? 'normal'
}

/** The bot's word counts where nobody has said anything; else the more urgent one. */
export function morePressing(said: Priority, bots: Priority): Priority {
  if (said === 'normal') return bots
  return priorityName(Math.min(priorityRank(said), priorityRank(bots)) as 0 | 1 | 2)
}
