import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { until } from '../../test/helpers/until.js'
import { connectWatchers } from '../load/crowd.js'
import { makeWatcher, openConversation, type Target, visitorHeaders } from '../load/targets.js'
import { residentBytes } from '../machine/cpu.js'
import type { Fault } from './fault.js'
import { FaultServer } from './server.js'
import { breachesOf, type Tally, tally } from './tally.js'
import { storedIn } from './writer.js'

const consumers = 20
// 5,000 code points of four bytes, the longest that is allowed: 1,100 of them are 22 MB, more than a network of the
// same machine takes by itself.
const text = '🙂'.repeat(5_000)
const messages = 1_100
const warmUp = 200
const atOnce = 4
const bars = { megabytes: 60, seconds: 45 }
const MB = 1_000_000

/** Agents' sockets that answer for ever and read nothing. */
export const slowConsumers: Fault = {
  name: 'slow-consumers',
  async run() {
    await using server = await FaultServer.install()
    await server.start()
    const target: Target = { kind: 'product', port: server.port, app: server.app }
    const sender = new Sender(target, await openConversation(target, 'flood'))
    let seen = 0
    const [reader] = await connectWatchers(target, 1, () => {
      seen += 1
    })
    await sender.send(warmUp)
    const deaf = await Promise.all(Array.from({ length: consumers }, () => DeafSocket.enter(target)))
    const memory = new Peak(server.pid)
    const began = performance.now()
    await sender.send(messages)
    await until('those that do not read are cut', () => deaf.every(({ cutAt }) => cutAt !== null), {
      deadline: 2 * bars.seconds * 1_000,
    })
    await until('who reads has seen all', () => seen === warmUp + messages, { deadline: 60_000 })
    const growth = memory.stop() / MB
    const seconds = Math.max(...deaf.map(({ cutAt }) => ((cutAt ?? Number.NaN) - began) / 1_000))
    for (const socket of deaf) socket.close()
    reader?.close()
    const found = await sender.tally(server.url)
    return {
      figures: {
        sockets: consumers,
        'MB to each': Math.round((messages * Buffer.byteLength(text)) / MB),
        'MB grown': Math.round(growth),
        'seconds until all were cut': seconds.toFixed(1),
        'seen by who reads': seen,
        ...found,
      },
      breaches: [
        ...breachesOf(found),
        ...(growth > bars.megabytes ? [`memory grew by ${Math.round(growth)} MB`] : []),
        ...(seconds > bars.seconds ? [`cut after ${seconds.toFixed(1)} s`] : []),
      ],
    }
  },
}

type Product = Extract<Target, { kind: 'product' }>

/** A visitor of many words. */
class Sender {
  #sent = 0
  readonly #acknowledged: { localId: string; id: string; sequence: number }[] = []

  constructor(
    private readonly target: Product,
    private readonly conversationId: string,
  ) {}

  /** Some at once; resolves when all are acknowledged. */
  async send(count: number): Promise<void> {
    const goal = this.#sent + count
    const lane = async () => {
      while (this.#sent < goal) await this.#one(`flood ${++this.#sent}`)
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
  }

  async tally(url: string): Promise<Tally> {
    const stored = await storedIn(url, this.target.app, this.conversationId)
    const named = stored.map((message) => ({
      ...message,
      body: message.body === text ? (message.local_id ?? '') : '',
    }))
    return tally(named, this.#acknowledged)
  }

  async #one(localId: string): Promise<void> {
    const { app, port } = this.target
    const response = await fetch(
      `http://127.0.0.1:${port}/v1/conversations/${this.conversationId}/messages`,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...visitorHeaders(app, 'flood') },
        body: JSON.stringify({ local_id: localId, body: text }),
      },
    )
    const { message, error } = (await response.json()) as {
      message?: { id: string; sequence: number }
      error?: { message: string }
    }
    if (message === undefined) throw new Error(error?.message)
    this.#acknowledged.push({ localId, id: message.id, sequence: message.sequence })
  }
}

/** Enters as an agent, and then reads nothing more, while it answers pings that it never saw. */
class DeafSocket {
  /** `performance.now()` of when the server ended it. */
  cutAt: number | null = null
  readonly #socket: WebSocket
  #pongs: NodeJS.Timeout | undefined

  private constructor(target: Target) {
    const { entrance } = makeWatcher(target)
    this.#socket = new WebSocket(`ws://127.0.0.1:${entrance.port}${entrance.path}?EIO=4&transport=websocket`)
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      this.cutAt = performance.now()
    })
  }

  static async enter(target: Target): Promise<DeafSocket> {
    const deaf = new DeafSocket(target)
    const { entrance, subscription } = makeWatcher(target)
    await deaf.#says('0')
    const entered = deaf.#says(`40${entrance.namespace}`)
    deaf.#socket.send(`40${entrance.namespace},${JSON.stringify(entrance.auth)}`)
    await entered
    const subscribed = deaf.#says(`43${entrance.namespace},0`)
    deaf.#socket.send(`42${entrance.namespace},0["${subscription?.event}",${subscription?.argumentsJson}]`)
    await subscribed
    deaf.#socket.pause()
    // A socket that does not read learns of its end only when it writes.
    deaf.#pongs = setInterval(() => deaf.#socket.send('3', () => {}), 500)
    return deaf
  }

  close(): void {
    clearInterval(this.#pongs)
    this.#socket.terminate()
  }

  #says(beginning: string): Promise<void> {
    return new Promise((resolve) => {
      const listen = (data: Buffer) => {
        if (!data.toString().startsWith(beginning)) return
        this.#socket.off('message', listen)
        resolve()
      }
      this.#socket.on('message', listen)
    })
  }
}

/** The most memory that a process takes from now on, above what it takes now. */
class Peak {
  readonly #before: number
  #most = 0
  #watching = true

  constructor(private readonly pid: number) {
    this.#before = residentBytes(pid)
    void this.#watch()
  }

  stop(): number {
    this.#watching = false
    return this.#most - this.#before
  }

  async #watch(): Promise<void> {
    while (this.#watching) {
      this.#most = Math.max(this.#most, residentBytes(this.pid))
      await delay(50)
    }
  }
}
