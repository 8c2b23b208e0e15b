import { randomUUID } from 'node:crypto'
import type { Ask } from '../../core/ports/nodes.js'
import type { Clock } from '../../core/ports.js'
import type { Exchange } from './exchange.js'

const patienceMs = 500

interface Waiting<Answer> {
  readonly answers: Map<string, Answer>
  /** Those that have not answered. */
  readonly missing: Set<string>
  done(): void
}

/**
 * A question that any node may ask all others, and how this one answers. Both travel in the common shard, so nobody has
 * to know the other first, and are JSON.
 */
export function makeQuestion<Asked, Answer>(
  exchange: Exchange,
  clock: Clock,
  topic: string,
  answer: (asked: Asked) => Answer,
): Ask<Asked, Answer> {
  const asking = new Map<string, Waiting<Answer>>()
  exchange.on(`${topic}?`, (body) => {
    const [id, asked] = body as [id: string, asked: Asked]
    exchange.send(`${topic}!`, [id, answer(asked)])
  })
  exchange.on(`${topic}!`, (body, node) => {
    const [id, said] = body as [id: string, said: Answer]
    const waiting = asking.get(id)
    if (waiting === undefined) return
    waiting.answers.set(node, said)
    waiting.missing.delete(node)
    if (waiting.missing.size === 0) waiting.done()
  })
  return async (asked) => {
    const nodes = exchange.expected
    const answers = new Map<string, Answer>()
    // While the way to the others is away nobody can answer in time.
    if (nodes.length > 0 && exchange.connected) {
      const id = randomUUID()
      await new Promise<void>((resolve) => {
        const cancel = clock.after(patienceMs, resolve)
        const done = () => {
          cancel()
          resolve()
        }
        asking.set(id, { answers, missing: new Set(nodes), done })
        exchange.send(`${topic}?`, [id, asked])
      })
      asking.delete(id)
    }
    const names = new Set([...nodes, ...answers.keys()])
    return [...names].map((node) => [nameIn(node), answers.get(node) ?? null])
  }
}

/** An id of a node begins with its name. */
const nameIn = (node: string): string => node.slice(0, Math.max(node.lastIndexOf('/'), 0)) || node
