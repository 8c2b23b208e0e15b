import type { Receiver } from '../../../test/helpers/receiver.js'
import { until } from '../../../test/helpers/until.js'
import type { Finding } from '../fault.js'
import type { Acknowledged } from '../tally.js'

/** Waits until the receiver was told of every message, each under one event, as long as deliveries go on. */
export async function settleDeliveries(
  receiver: Receiver,
  acknowledged: readonly Acknowledged[],
): Promise<Finding> {
  const missing = () => {
    const events = eventsByMessage(receiver)
    return acknowledged.filter(({ id }) => !events.has(id)).length
  }
  let left = missing()
  while (left > 0 && (await becomesLess(missing, left))) left = missing()
  const { received } = receiver
  const doubled = [...eventsByMessage(receiver).values()].filter(({ size }) => size !== 1).length
  return {
    figures: { 'delivered again': received.length - new Set(received.map(({ event }) => event.id)).size },
    breaches: [
      ...(left === 0 ? [] : [`${left} messages were never delivered`]),
      ...(doubled === 0 ? [] : [`${doubled} messages were delivered under several events`]),
    ],
  }
}

/** Within the lease of a node that died, and the wait before a second attempt. */
const becomesLess = (missing: () => number, left: number): Promise<boolean> =>
  until('deliveries go on', () => missing() < left, { deadline: 60_000, every: 200 }).then(
    () => true,
    () => false,
  )

function eventsByMessage({ received }: Receiver): Map<unknown, Set<string>> {
  const events = new Map<unknown, Set<string>>()
  for (const { event } of received)
    if (event.type === 'message.created')
      events.set(event.data.id, (events.get(event.data.id) ?? new Set()).add(event.id))
  return events
}
