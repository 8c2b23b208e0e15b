import { type Inputs, measuredAs, valuesOf } from './inputs.js'

/**
 * What parts cost: seconds of CPU and bytes. All were measured on two busy cores (Intel Xeon, virtual, Node 20.20, Postgres
 * 15, Redis 7), which makes them larger than on a machine with nothing else to do.
 */
export const costInputs = {
  message: measuredAs(220e-6, 's of CPU', 'nodes, one node: a message without its three recipients'),
  messageInPostgres: measuredAs(72e-6, 's of CPU', 'nodes, one node'),
  heardEvent: measuredAs(
    40e-6,
    's of CPU',
    'bus: 29 to 53 µs an event over Redis on a node that serves the app',
  ),
  recipient: measuredAs(8.7e-6, 's of CPU', 'fan-out'),
  socketPing: measuredAs(28e-6, 's of CPU', "parts: Socket.IO's"),
  clientPing: measuredAs(40e-6, 's of CPU', "parts: our client's own, an event with an acknowledgement"),
  admission: measuredAs(2.8e-3, 's of CPU', 'parts, on Postgres: cut, come back, join the conversation'),
  admissionInPostgres: measuredAs(1.3e-3, 's of CPU', 'parts'),
  redisIn: measuredAs(8.7e-6, 's of CPU', 'nodes: 12.1 µs with one that reads, 19.0 with three'),
  redisOut: measuredAs(3.4e-6, 's of CPU', 'nodes: the difference, for each that reads'),
  logBytes: measuredAs(
    1_400,
    'bytes',
    'by hand: pg_current_wal_insert_lsn() before and after 4,600 messages of 80 characters',
  ),
  storedBytes: measuredAs(860, 'bytes', 'by hand: pg_database_size() then; half of it is what is searched'),
  eventBytes: measuredAs(1_100, 'bytes', 'nodes: into Redis for a message; receipts and typing are smaller'),
  idleConnectionBytes: measuredAs(35_500, 'bytes', 'idle: resident'),
  presenceBytes: measuredAs(150, 'bytes', 'decision 13: a person on every other node'),
} satisfies Inputs

export type Costs = Readonly<Record<keyof typeof costInputs, number>>
export const costs: Costs = valuesOf(costInputs)
