import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'

interface Reply {
  readonly id: number
  readonly result?: { readonly usedSize?: number }
}

/** Asks a Node process that was started with `--inspect=127.0.0.1:port` about its heap. */
export class Inspector {
  #id = 0

  private constructor(private readonly socket: WebSocket) {}

  static async connect(port: number): Promise<Inspector> {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`)
    const [page] = (await response.json()) as { webSocketDebuggerUrl: string }[]
    if (page === undefined) throw new Error('The process offers no inspector.')
    const socket = new WebSocket(page.webSocketDebuggerUrl)
    await once(socket, 'open')
    return new Inspector(socket)
  }

  /** Bytes of the JavaScript heap that are in use after full collections. */
  async heapUsed(): Promise<number> {
    await this.#call('HeapProfiler.enable')
    for (let collection = 0; collection < 3; collection += 1) {
      await this.#call('HeapProfiler.collectGarbage')
      await delay(100)
    }
    return (await this.#call('Runtime.getHeapUsage')).result?.usedSize ?? Number.NaN
  }

  close(): void {
    this.socket.terminate()
  }

  #call(method: string): Promise<Reply> {
    this.#id += 1
    const id = this.#id
    return new Promise((resolve) => {
      const onMessage = (data: Buffer) => {
        const reply = JSON.parse(data.toString()) as Reply
        if (reply.id !== id) return
        this.socket.off('message', onMessage)
        resolve(reply)
      }
      this.socket.on('message', onMessage)
      this.socket.send(JSON.stringify({ id, method }))
    })
  }
}
