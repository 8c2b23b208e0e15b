import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Measure, Measurement } from '../core/ports/measure.js'
import { type Instruments, makeInstruments } from './instruments.js'

/** Fills gauges at the moment at which somebody asks. */
export type Reading = (instruments: Instruments) => void | Promise<void>

/** The figures of this node, in the text format of Prometheus. */
export class Metrics {
  readonly measure: Measure
  readonly contentType: string
  readonly #registry = new Registry()
  readonly #instruments = makeInstruments(this.#registry)
  readonly #readings: Reading[] = []

  constructor() {
    collectDefaultMetrics({ register: this.#registry })
    this.contentType = this.#registry.contentType
    this.measure = (measurement) => count(this.#instruments, measurement)
  }

  /** To be read at each scrape. */
  watch(reading: Reading): void {
    this.#readings.push(reading)
  }

  async text(): Promise<string> {
    for (const reading of this.#readings) await reading(this.#instruments)
    return this.#registry.metrics()
  }
}

type Named<Name extends Measurement['name']> = Extract<Measurement, { name: Name }>
type Counting = { [Name in Measurement['name']]: (to: Instruments, measured: Named<Name>) => void }

const counting: Counting = {
  message: ({ messages }, { sender }) => messages.inc({ sender }),
  event: ({ events }, { event, refused, seconds }) =>
    events.observe({ event, refused: String(refused) }, seconds),
  request: ({ requests }, { route, refused, seconds }) =>
    requests.observe({ route, refused: String(refused) }, seconds),
  commit: ({ batches, commits }, { transactions, seconds }) => {
    batches.observe(transactions)
    commits.observe(seconds)
  },
  claim: ({ claims }, { waitedSeconds }) => claims.observe(waitedSeconds),
  delivery: ({ deliveries }, { outcome, seconds }) => deliveries.observe({ outcome }, seconds),
  turn: ({ turns }, { outcome, seconds }) => turns.observe({ outcome }, seconds),
  tokens: ({ tokens }, { direction, count }) => tokens.inc({ direction }, count),
  bus: ({ busLag }, { lagSeconds }) => busLag.observe(lagSeconds),
  legacy_connection: ({ legacyConnections }) => legacyConnections.inc(),
}

function count(instruments: Instruments, measured: Measurement): void {
  const counter = counting[measured.name] as (to: Instruments, measured: Measurement) => void
  counter(instruments, measured)
}
