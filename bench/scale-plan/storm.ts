import { type Backoff, backoffDelay } from '../../src/client/backoff.js'

/** The waits of our own client between attempts, and how long an attempt may take. */
export interface Patience {
  readonly backoff: Backoff
  /** Milliseconds after which it gives an attempt up. */
  readonly timeout: number
}

export interface Storm {
  /** For each client that lost its node, the node that it comes back to. */
  readonly towards: Int32Array
  /** How many each node can let in in a second. */
  readonly admissionsOf: readonly number[]
  /** How many Postgres bears in a second, over all nodes. */
  readonly admissionsInAll: number
  /** Seconds that an attempt may have to wait at most: others are turned away, at the proxy. Infinity: nobody is. */
  readonly longestWait: number
  readonly patience: Patience
  readonly chance: () => number
}

export interface Aftermath {
  /** Seconds until 99 of 100 were back, and until all were. */
  readonly most: number
  readonly all: number
  /** Attempts in the busiest second, and how many were let in then at most. */
  readonly peakAttempts: number
  readonly peakAdmissions: number
  /** Attempts for each client. */
  readonly attemptsEach: number
}

const stepMs = 20
/** Who is not back by then never is: attempts that were given up take all that the nodes have. */
export const longestSeconds = 120

interface Attempt {
  readonly client: number
  readonly at: number
}

/** Clients by the step in which something happens to them. */
class Calendar {
  readonly #steps = new Map<number, number[]>()

  put(client: number, milliseconds: number): void {
    const step = Math.ceil(milliseconds / stepMs)
    const those = this.#steps.get(step)
    if (those === undefined) this.#steps.set(step, [client])
    else those.push(client)
  }

  take(step: number): readonly number[] {
    const those = this.#steps.get(step) ?? []
    this.#steps.delete(step)
    return those
  }
}

/** Attempts at one node, in the order in which they came. */
class Queue {
  readonly #attempts: Attempt[] = []
  #head = 0
  #free = 0

  constructor(
    private readonly perSecond: number,
    private readonly longest: number,
  ) {}

  /** False where it is full. */
  push(attempt: Attempt): boolean {
    if (this.#attempts.length - this.#head >= this.longest) return false
    this.#attempts.push(attempt)
    return true
  }

  /** How many the node can take in this step. A processor that had nothing to do does not catch it up. */
  ready(): number {
    this.#free = Math.min(this.#free, 1) + (this.perSecond * stepMs) / 1_000
    return Math.min(this.#attempts.length - this.#head, Math.floor(this.#free))
  }

  take(): Attempt | undefined {
    this.#free -= 1
    this.#head += 1
    return this.#attempts[this.#head - 1]
  }
}

/**
 * Lets them come back. Nodes take attempts in the order in which they came. An attempt that its client has given up costs
 * the node all the same, because it notices only when it answers.
 */
export function weather(storm: Storm): Aftermath {
  return new Simulation(storm).run()
}

class Simulation {
  readonly #storm: Storm
  readonly #failures: Uint8Array
  readonly #isBack: Uint8Array
  readonly #arrivals = new Calendar()
  readonly #giveUps = new Calendar()
  readonly #queues: Queue[]
  readonly #attempts: number[] = []
  readonly #admissions: number[] = []
  #bearable = 0
  #tried = 0
  #back = 0
  #mostAt = 0

  constructor(storm: Storm) {
    this.#storm = storm
    this.#failures = new Uint8Array(storm.towards.length)
    this.#isBack = new Uint8Array(storm.towards.length)
    const fairShare = storm.admissionsInAll / storm.admissionsOf.filter((perSecond) => perSecond > 0).length
    this.#queues = storm.admissionsOf.map(
      (perSecond) => new Queue(perSecond, Math.min(perSecond, fairShare) * storm.longestWait),
    )
    for (const client of storm.towards.keys()) this.#waitAndTry(client, 0)
  }

  run(): Aftermath {
    const clients = this.#storm.towards.length
    let step = 0
    for (; this.#back < clients && step * stepMs < longestSeconds * 1_000; step += 1) {
      for (const client of this.#giveUps.take(step))
        if (this.#isBack[client] === 0) this.#waitAndTry(client, step * stepMs)
      this.#arrive(step)
      this.#admit(step)
    }
    return {
      most: this.#mostAt / 1_000,
      all: this.#back < clients ? Number.POSITIVE_INFINITY : (step * stepMs) / 1_000,
      peakAttempts: Math.max(0, ...this.#attempts),
      peakAdmissions: Math.max(0, ...this.#admissions),
      attemptsEach: this.#tried / clients,
    }
  }

  #waitAndTry(client: number, now: number): void {
    const failures = Math.min(255, (this.#failures[client] ?? 0) + 1)
    this.#failures[client] = failures
    const { patience, chance } = this.#storm
    const clock = { now: () => now, after: () => () => {}, random: chance }
    this.#arrivals.put(client, now + backoffDelay(patience.backoff, failures, clock))
  }

  #arrive(step: number): void {
    const at = step * stepMs
    const arrived = this.#arrivals.take(step)
    for (const client of arrived) {
      const isWaiting = this.#queues[this.#storm.towards[client] ?? 0]?.push({ client, at }) ?? false
      if (isWaiting) this.#giveUps.put(client, at + this.#storm.patience.timeout)
      else this.#waitAndTry(client, at)
    }
    this.#tried += arrived.length
    count(this.#attempts, step, arrived.length)
  }

  /** Another node comes first in each step, so that what Postgres bears is everybody's. */
  #admit(step: number): void {
    this.#bearable = Math.min(this.#bearable, 1) + (this.#storm.admissionsInAll * stepMs) / 1_000
    let admitted = 0
    for (const index of this.#queues.keys()) {
      const queue = this.#queues[(index + step) % this.#queues.length]
      if (queue !== undefined) admitted += this.#admitFrom(queue, step * stepMs)
    }
    count(this.#admissions, step, admitted)
  }

  #admitFrom(queue: Queue, now: number): number {
    const before = this.#back
    const taken = Math.min(queue.ready(), Math.floor(this.#bearable))
    this.#bearable -= taken
    for (let n = 0; n < taken; n += 1) {
      const attempt = queue.take()
      if (attempt !== undefined && now - attempt.at < this.#storm.patience.timeout)
        this.#welcome(attempt, now)
    }
    return this.#back - before
  }

  #welcome({ client }: Attempt, now: number): void {
    this.#isBack[client] = 1
    this.#back += 1
    if (this.#back <= this.#storm.towards.length * 0.99) this.#mostAt = now
  }
}

/** Adds to the second in which the step is; seconds follow each other. */
function count(seconds: number[], step: number, by: number): void {
  const second = Math.floor((step * stepMs) / 1_000)
  seconds[second] = (seconds[second] ?? 0) + by
}
