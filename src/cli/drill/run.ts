import type { DrillScene } from '../../server/core/apps/drills.js'
import type { Tell } from '../progress.js'
import { People } from './people.js'
import { untilGone } from './reachable.js'
import { Relay } from './relay.js'
import { Steps } from './steps.js'
import { type AckTimes, ackTimes, type Check } from './verdict.js'

const secondsPerStep = 60

export interface Outcome {
  readonly checks: readonly Check[]
  readonly acks: AckTimes | null
}

/** Plays the drill against the server at an address. What goes wrong is a failed check, and the last one. */
export async function runDrill(
  url: string,
  scene: DrillScene,
  signal: AbortSignal,
  tell: Tell,
): Promise<Outcome> {
  const ending = new AbortController()
  const stopping = AbortSignal.any([signal, ending.signal])
  const gone = untilGone(url, stopping)
  gone.catch(() => {})
  const before: Before = (work) => Promise.race([work, gone, overtime(signal)])
  try {
    await using relay = await Relay.before(url)
    using people = await before(People.arrive(relay.url, scene))
    const steps = new Steps(people, relay, stopping)
    const checks = await tryAll(steps, before, tell)
    return { checks, acks: ackTimes(steps.ledger.milliseconds) }
  } catch (error) {
    return { checks: [failed('everybody gets in', error)], acks: null }
  } finally {
    ending.abort()
  }
}

/** Ends the waiting for some work where it cannot end well; closing the connections ends the work. */
type Before = <Result>(work: Promise<Result>) => Promise<Result>

async function tryAll(steps: Steps, before: Before, tell: Tell): Promise<Check[]> {
  const checks: Check[] = []
  for (const [name, step] of partsOf(steps)) {
    tell(name, name)
    try {
      checks.push({ name, passed: true, detail: await before(step()) })
    } catch (error) {
      return [...checks, failed(name, error)]
    }
  }
  return checks
}

const partsOf = (steps: Steps): [string, () => Promise<string>][] => [
  ['everybody gets in', () => steps.arrival()],
  ['a claim has one winner', () => steps.claims()],
  ['messages are acknowledged', () => steps.talk()],
  ['writing goes on over cuts', () => steps.cuts()],
  ['sending twice is sending once', () => steps.repeats()],
  ['once each, in one order', () => steps.transcript()],
  ['who leaves is offline', () => steps.presence()],
]

const failed = (name: string, error: unknown): Check => ({
  name,
  passed: false,
  detail: error instanceof Error ? error.message : String(error),
})

/** Rejects at the interruption, or after the longest that a step may take. */
function overtime(signal: AbortSignal): Promise<never> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(secondsPerStep * 1_000)])
  return new Promise((_, reject) => {
    const refuse = () =>
      reject(new Error(signal.aborted ? 'interrupted' : `not done after ${secondsPerStep} s`))
    if (limit.aborted) refuse()
    else limit.addEventListener('abort', refuse, { once: true })
  })
}
