import { CommandError } from './errors.js'

// Any time will do: it only has to be there.
const longMs = 1 << 30

/**
 * Does work of which the process must see the end: the core's timers hold no process, and a pause between two
 * requests would end this one. Ctrl-C breaks it off.
 */
export async function awake<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const timer = setInterval(() => {}, longMs)
  const breaker = new AbortController()
  const stop = () => breaker.abort(new CommandError('interrupted', 'Interrupted: nothing was changed.'))
  process.once('SIGINT', stop)
  try {
    return await work(breaker.signal)
  } finally {
    clearInterval(timer)
    process.off('SIGINT', stop)
  }
}
