import type { Change } from './state/change.js'
import { reduceAll } from './state/reduce.js'
import { initialState, type State } from './state/state.js'

/** Holds the state. What the server tells is gathered and reduced at once; what the agent does counts immediately. */
export class Store {
  private current: State
  private waiting: Change[] = []

  /** `onChange` is called after something was dispatched or queued, so that a frame can be planned. */
  constructor(
    size: State['size'],
    now: number,
    private readonly onChange: () => void,
  ) {
    this.current = initialState(size, now)
  }

  /** The state with everything that has happened. */
  get state(): State {
    this.flush()
    return this.current
  }

  /** The state as of the last frame or action: free to read, though more may have been queued. */
  get shown(): State {
    return this.current
  }

  dispatch(change: Change): void {
    this.waiting.push(change)
    this.flush()
    this.onChange()
  }

  /** Adds a change without reducing yet. */
  queue(change: Change): void {
    this.waiting.push(change)
    this.onChange()
  }

  /** Adds a change for the frame that is about to be made. */
  queueQuietly(change: Change): void {
    this.waiting.push(change)
  }

  private flush(): void {
    if (this.waiting.length === 0) return
    const changes = this.waiting
    this.waiting = []
    this.current = reduceAll(this.current, changes)
  }
}
