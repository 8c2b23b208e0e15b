import { assumedAs, type Inputs, valuesOf } from './inputs.js'

/** What people do, and how machines are filled: nobody has measured it. */
export const habitInputs = {
  messagesEach: assumedAs(
    1 / 300,
    'a second',
    'a connected visitor, both directions: most only look; one message in five minutes',
  ),
  eventsEachMessage: assumedAs(3, 'events', 'on the bus for each message: itself, a receipt, somebody types'),
  visitorsEachAgent: assumedAs(200, 'visitors', 'connected, of whom few wait for an agent'),
  visitorsEachApp: assumedAs(100, 'visitors', 'on average'),
  skew: assumedAs(
    1,
    '',
    'the n-th largest app has 1 ÷ n^skew of the largest (Zipf, as sizes of sites and firms)',
  ),
} satisfies Inputs

export const machineInputs = {
  connectionsEachNode: assumedAs(
    50_000,
    'connections',
    '1.8 GB, and half an event loop for those who come back',
  ),
  fewestNodes: assumedAs(3, 'nodes', 'one may fail, and the others still back each other up'),
  coresEachPrimary: assumedAs(8, 'cores', 'of 16, the other half reads'),
} satisfies Inputs

export interface Habits extends Readonly<Record<keyof typeof habitInputs, number>> {
  /** At most so many agents hear of a message: all at work in the app, as it is built, or those whom it concerns. */
  readonly agentsReached: number
}

export const habits: Habits = { ...valuesOf(habitInputs), agentsReached: Number.POSITIVE_INFINITY }
export const machines = valuesOf(machineInputs)

/** Seconds between two pings of Socket.IO (`sockets.ping_interval`), and of our own client (src/client/live). */
export const pingIntervals = { socket: 25, client: 15 } as const
