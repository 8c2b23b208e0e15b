import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { NodeCommand, NodeState } from './commands.js'

/** A node in a process of its own, so that its processor time can be told from that of others. */
export class BusNode {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Serves no app where none is named. */
  static async start(carrier: string, url: string, served?: number): Promise<BusNode> {
    const entry = fileURLToPath(new URL('./node.entry.js', import.meta.url))
    const child = fork(entry, [carrier, url, String(served ?? '')], { stdio: 'inherit' })
    await once(child, 'message')
    return new BusNode(child)
  }

  ask(command: Extract<NodeCommand, { do: 'publish' }>): void {
    this.#child.send(command)
  }

  async state(): Promise<NodeState> {
    this.#child.send({ do: 'tell' } satisfies NodeCommand)
    const [state] = (await once(this.#child, 'message')) as [NodeState]
    return state
  }

  async stop(): Promise<void> {
    this.#child.disconnect()
    await once(this.#child, 'exit')
  }
}
