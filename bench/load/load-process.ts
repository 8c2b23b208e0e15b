import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { LOAD_CORES, pinProcess } from '../machine/cores.js'
import type {
  AskResult,
  RequestCommand,
  RequestResult,
  ReturnResult,
  SocketCommand,
  SocketResult,
} from './commands.js'

type Answer = { result: unknown } | { error: string }

/** A load generator in a process of its own, away from the server's core. */
class LoadProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<[Answer]>

  constructor(entry: string) {
    this.#child = fork(fileURLToPath(new URL(entry, import.meta.url)), { stdio: 'inherit' })
    this.#ended = once(this.#child, 'exit').then(() => [
      { error: 'The load ended; its own words are above.' },
    ])
    if (this.#child.pid !== undefined) pinProcess(LOAD_CORES, this.#child.pid)
  }

  protected async ask(command: SocketCommand | RequestCommand): Promise<unknown> {
    this.#child.send(command)
    const answered = once(this.#child, 'message') as Promise<[Answer]>
    const [answer] = await Promise.race([answered, this.#ended])
    if ('error' in answer) throw new Error(answer.error)
    return answer.result
  }

  async stop(): Promise<void> {
    if (!this.#child.connected) return
    this.#child.disconnect()
    await once(this.#child, 'exit')
  }
}

/** Visitors and agents on sockets. */
export class SocketLoad extends LoadProcess {
  constructor() {
    super('./sockets.entry.js')
  }

  async connect(command: Omit<Extract<SocketCommand, { do: 'connect' }>, 'do'>): Promise<void> {
    await this.ask({ do: 'connect', ...command })
  }

  async saturate(milliseconds: number): Promise<SocketResult> {
    return (await this.ask({ do: 'saturate', milliseconds })) as SocketResult
  }

  async pace(milliseconds: number, perSecond: number): Promise<SocketResult> {
    return (await this.ask({ do: 'pace', milliseconds, perSecond })) as SocketResult
  }

  async returnAll(): Promise<ReturnResult> {
    return (await this.ask({ do: 'return' })) as ReturnResult
  }

  async askAll(event: string, argumentsJson: string, times: number): Promise<AskResult> {
    return (await this.ask({ do: 'ask', event, argumentsJson, times })) as AskResult
  }
}

/** REST calls. */
export class RequestLoad extends LoadProcess {
  constructor() {
    super('./requests.entry.js')
  }

  async prepare(command: Omit<Extract<RequestCommand, { do: 'prepare' }>, 'do'>): Promise<void> {
    await this.ask({ do: 'prepare', ...command })
  }

  async saturate(milliseconds: number): Promise<RequestResult> {
    return (await this.ask({ do: 'saturate', milliseconds })) as RequestResult
  }
}
