import type { FannedOut, FanOut, FanOuts, Noted } from '../core/ports/fan-outs.js'
import type { FanOutNotes } from './fan-out-notes.js'
import type { Nodes } from './nodes/nodes.js'

/** What this node noted, whose name is `node`, and what the others say when they are asked. */
export function fanOutsOf(notes: FanOutNotes, node: string, nodes: Pick<Nodes, 'question'>): FanOuts {
  const askOthers = nodes.question('fan-out', (message: FannedOut): Noted => notes.of(message))
  return {
    async of({ key, createdAt }) {
      const answers = await askOthers({ key, createdAt })
      const others = answers.map(
        ([name, noted]): FanOut => ({ node: name, ...(noted ?? { outcome: 'no_answer' }) }),
      )
      return [{ node, ...notes.of({ key, createdAt }) }, ...others]
    },
  }
}
