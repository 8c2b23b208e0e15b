import spinner from 'yocto-spinner'
import type { GlobalOptions, Streams } from './streams.js'

// Shorter work needs no sign of life; it would only flicker.
const PATIENCE_MS = 300

/** Says how far the work is; a terminal shows the text in place, other readers get a line for each new `step`. */
export type Tell = (text: string, step?: string) => void

/** Shows on stderr that something goes on: a spinner on a terminal, else a line when it begins and for each step. */
export async function withProgress<Result>(
  { stderr }: Streams,
  { json, quiet }: GlobalOptions,
  text: string,
  work: (tell: Tell) => Promise<Result>,
): Promise<Result> {
  if (json || quiet) return work(() => {})
  const sign = stderr.isTTY ? inPlace(stderr, text) : inLines(stderr, text)
  const timer = setTimeout(sign.start, PATIENCE_MS)
  try {
    return await work(sign.tell)
  } finally {
    clearTimeout(timer)
    sign.stop()
  }
}

interface Sign {
  start(): void
  tell: Tell
  stop(): void
}

function inPlace(stderr: Streams['stderr'], text: string): Sign {
  const shown = spinner({ text, stream: stderr, handleSignals: false })
  return {
    start: () => shown.start(),
    tell(told) {
      shown.text = told
    },
    stop: () => shown.stop(),
  }
}

function inLines(stderr: Streams['stderr'], text: string): Sign {
  let started = false
  let last = text
  const write = (line: string) => stderr.write(`${line} …\n`)
  return {
    start() {
      started = true
      write(text)
      if (last !== text) write(last)
    },
    tell(_, step = last) {
      if (step === last) return
      last = step
      if (started) write(step)
    },
    stop() {},
  }
}
