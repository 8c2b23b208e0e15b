/** How a goal's figure is written. A ratio stands beside a bare opponent measured in the same run. */
export type Unit = 'ratio' | 'seconds' | 'megabytes'

/** One line of the table that `npm run bench` prints. */
export interface Goal {
  readonly id: string
  readonly text: string
  readonly atMost: number
  readonly unit: Unit
}

const goal = (id: string, text: string, atMost: number, unit: Unit = 'ratio'): Goal => ({
  id,
  text,
  atMost,
  unit,
})

const NODES = 'CPU of the nodes per message, three on Postgres and Redis ÷ one'
const SEND = 'message:send, durable, CPU per message ÷ bare relay'

/** What the project wants to reach, in the order of the table. */
export const goals: readonly Goal[] = [
  goal('send-50', `${SEND}, 50 visitors`, 1.5),
  goal('send-200', `${SEND}, 200 visitors`, 1.3),
  goal('send-1000', `${SEND}, 1,000 visitors`, 1),
  goal('ack-p99', 'ack p99 at a quarter of the saturated rate ÷ bare relay, 200 visitors', 3),
  goal('five-agents', 'the same to all of 5 agents, 200 visitors', 0.8),
  goal('receipts', 'the same with receipts, 200 visitors', 1.6),
  goal('postgres-50', 'the same on Postgres, its CPU included, 50 visitors', 2),
  goal('postgres-200', 'the same on Postgres, its CPU included, 200 visitors', 1.6),
  // Three nodes are to carry two and a half times what one does: 3 ÷ 1.2.
  goal('nodes-everywhere', `${NODES}, every app on all`, 1.2),
  goal('nodes-apart', `${NODES}, each app on one`, 1.2),
  goal('rest', 'REST POST of a message, durable, CPU per request ÷ bare Express', 0.5),
  goal(
    'deliveries',
    'an event to a webhook, CPU per delivery ÷ bare HTTP POST, one of ten receivers dead',
    4,
  ),
  goal('fan-out', 'one message to 1,000 sockets, CPU per recipient ÷ Socket.IO room emit', 1),
  goal('idle-heap', 'heap per idle visitor connection ÷ bare Socket.IO', 1),
  goal('idle-memory', 'resident memory with 10,000 idle connections', 300, 'megabytes'),
  goal('rest-memory', 'resident memory at rest', 90, 'megabytes'),
  goal('ready', 'from start to ready', 0.7, 'seconds'),
  goal('page', 'page of messages in a large history ÷ in a small one', 1.3),
  goal('claim', 'claim from a long queue ÷ from a short one', 1.3),
  goal('position', 'position in a long queue ÷ in a short one', 1.3),
  goal('unread', 'unread count in a large history ÷ in a small one', 1.3),
]
