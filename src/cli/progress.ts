import spinner from 'yocto-spinner'
import type { GlobalOptions, Streams } from './streams.js'

// Shorter work needs no sign of life; it would only flicker.
const PATIENCE_MS = 300

/** Says how far the work is; on a terminal alone, where it takes no line. */
export type Tell = (text: string) => void

/** Shows on stderr that something goes on: a spinner on a terminal, else a line when it begins. */
export async function withProgress<Result>(
  { stderr }: Streams,
  { json, quiet }: GlobalOptions,
  text: string,
  work: (tell: Tell) => Promise<Result>,
): Promise<Result> {
  if (json || quiet) return work(() => {})
  const sign = spinner({ text, stream: stderr, handleSignals: false })
  const timer = setTimeout(() => (stderr.isTTY ? sign.start() : stderr.write(`${text} …\n`)), PATIENCE_MS)
  try {
    return await work((told) => {
      sign.text = told
    })
  } finally {
    clearTimeout(timer)
    sign.stop()
  }
}
