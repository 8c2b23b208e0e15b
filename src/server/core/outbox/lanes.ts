import type { Delivery } from './model.js'

interface Lane {
  name: string
  /** In the order of their keys. */
  waiting: Delivery[]
  busy: boolean
}

/** What a webhook is to be sent, in lanes: of each lane one at a time, in order; lanes beside each other. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>()
  /** Lanes of which one may begin, the longest ready first. */
  readonly #ready = new Set<Lane>()
  #waiting = 0

  /** How many have not begun. */
  get waiting(): number {
    return this.#waiting
  }

  add(delivery: Delivery): void {
    const name = nameOf(delivery)
    const lane = this.#lanes.get(name) ?? { name, waiting: [], busy: false }
    this.#lanes.set(name, lane)
    const place = lane.waiting.findLastIndex(({ key }) => key < delivery.key)
    lane.waiting.splice(place + 1, 0, delivery)
    this.#waiting++
    if (!lane.busy) this.#ready.add(lane)
  }

  /** The next that may begin; its lane is busy until `end`. */
  begin(): Delivery | undefined {
    const [lane] = this.#ready
    const delivery = lane?.waiting.shift()
    if (lane === undefined || delivery === undefined) return undefined
    this.#ready.delete(lane)
    this.#waiting--
    lane.busy = true
    return delivery
  }

  end(delivery: Delivery): void {
    const lane = this.#lanes.get(nameOf(delivery))
    if (lane === undefined) return
    lane.busy = false
    if (lane.waiting.length > 0) this.#ready.add(lane)
    else this.#lanes.delete(lane.name)
  }

  /** Takes out those of the same lane that have not begun. */
  clear(delivery: Delivery): Delivery[] {
    const lane = this.#lanes.get(nameOf(delivery))
    const cleared = lane?.waiting.splice(0) ?? []
    this.#waiting -= cleared.length
    if (lane !== undefined) this.#ready.delete(lane)
    return cleared
  }

  /** Takes out all that have not begun. */
  clearAll(): Delivery[] {
    return [...this.#lanes.values()].flatMap(({ waiting }) => {
      const [first] = waiting
      return first === undefined ? [] : this.clear(first)
    })
  }
}

/** What belongs to no lane waits for nobody. */
const nameOf = ({ key, lane }: Delivery) => (lane === null ? `alone ${key}` : `lane ${lane}`)
