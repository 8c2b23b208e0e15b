import { setTimeout as delay } from 'node:timers/promises'
import { io, type Socket } from 'socket.io-client'
import { until } from '../../test/helpers/until.js'
import { type AppCredentials, visitorHeaders } from '../load/targets.js'
import type { Acknowledged, StoredMessage } from './tally.js'

type Send = (localId: string) => Promise<Acknowledged>

/** Where a writer writes, and as who. */
export interface WriterOptions {
  readonly url: string
  readonly app: AppCredentials
  readonly deviceId: string
  readonly transport: 'rest' | 'socket'
  /** How long it waits for an answer; 20 s when left out, because a busy machine is no fault of the server. */
  readonly secondsToAnswer?: number
}

/** One device that writes message after message into its conversation, as fast as it is answered. */
export class Writer {
  readonly acknowledged: Acknowledged[] = []
  /** Sent, and then there was no answer: stored or not, sending again must settle it. */
  unanswered: string | null = null
  conversationId = ''
  /** Milliseconds that the slowest answer took. */
  slowest = 0
  /** Milliseconds that the fastest took. */
  fastest = Number.POSITIVE_INFINITY
  /** What the last refusal said that ended its writing; null when nobody answered. */
  refusal: string | null = null
  readonly #options: WriterOptions
  #count = 0
  #socket: Socket | null = null

  constructor(options: WriterOptions) {
    this.#options = options
  }

  /** Opens the conversation; where nobody answers in time, as on a busy machine, again for a minute at least. */
  async begin(): Promise<void> {
    for (let attempts = 1; this.conversationId === ''; attempts++)
      await this.#open().catch((error: unknown) => {
        if (attempts === 12) throw error
        return waitOutCut(error)
      })
  }

  /** One message that is sent until it is acknowledged, over all cuts. */
  async send(text: string): Promise<void> {
    this.unanswered = text
    while (this.unanswered !== null) await this.settle().catch(waitOutCut)
  }

  /** Goes on after every cut until it is told to stop, with a pause between messages. */
  async writeUntil(stop: AbortSignal, pauseMs: number): Promise<void> {
    while (!stop.aborted) {
      await this.writeUntilCut(stop, pauseMs)
      await delay(afterCutMs)
    }
  }

  /** Writes until the server does not answer, or is unavailable; the last message stays unanswered. */
  async writeUntilCut(stop?: AbortSignal, pauseMs = 0): Promise<void> {
    this.refusal = null
    try {
      const send = this.#options.transport === 'rest' ? this.#overRest : await this.#overSocket()
      await this.#settle(send)
      while (stop?.aborted !== true) {
        await this.#write(send, `${this.#options.deviceId} ${++this.#count}`)
        if (pauseMs > 0) await delay(pauseMs)
      }
    } catch (error) {
      if (!(error instanceof Cut)) throw error
      this.refusal = error.refusal
    } finally {
      this.#socket?.disconnect()
    }
  }

  /** Sends again what had no answer; twice, because one of the two comes for nothing. */
  async settle(): Promise<void> {
    await this.#settle(this.#overRest)
  }

  async #open(): Promise<void> {
    const { conversation } = await this.#call<{ conversation: { id: string } }>(
      'POST',
      '/v1/conversations',
      {},
    )
    this.conversationId = conversation.id
  }

  async #settle(send: Send): Promise<void> {
    const localId = this.unanswered
    if (localId === null) return
    const [first, second] = await Promise.all([send(localId), send(localId)])
    if (first.id !== second.id) throw new Error(`${localId} was stored twice: ${first.id} and ${second.id}`)
    this.acknowledged.push(first)
    this.unanswered = null
  }

  async #write(send: Send, localId: string): Promise<void> {
    this.unanswered = localId
    const sentAt = performance.now()
    this.acknowledged.push(await send(localId))
    const milliseconds = performance.now() - sentAt
    this.slowest = Math.max(this.slowest, milliseconds)
    this.fastest = Math.min(this.fastest, milliseconds)
    this.unanswered = null
  }

  get deviceId(): string {
    return this.#options.deviceId
  }

  get #patience(): number {
    return (this.#options.secondsToAnswer ?? 20) * 1_000
  }

  readonly #overRest: Send = async (localId) => {
    const path = `/v1/conversations/${this.conversationId}/messages`
    const { message } = await this.#call<{ message: StoredMessage }>('POST', path, {
      local_id: localId,
      body: localId,
    })
    return { localId, id: message.id, sequence: message.sequence }
  }

  async #overSocket(): Promise<Send> {
    const { url, app, deviceId } = this.#options
    const socket = io(`${url}/client`, {
      path: '/v1/socket.io',
      transports: ['websocket'],
      reconnection: false,
      auth: { app_id: app.id, device_id: deviceId, api_key: app.publishableKey },
    })
    this.#socket = socket
    const cut = new Promise<never>((_, reject) => {
      socket.once('connect_error', () => reject(new Cut()))
      socket.once('disconnect', () => reject(new Cut()))
    })
    cut.catch(() => {})
    const connected = new Promise<void>((resolve) => socket.once('connected', () => resolve()))
    await Promise.race([connected, cut, noGreeting(this.#patience)])
    return async (localId) => {
      const draft = { conversation_id: this.conversationId, local_id: localId, body: localId }
      const answer = socket.timeout(this.#patience).emitWithAck('message:send', draft)
      answer.catch(() => {})
      const { ok, message, error } = await Promise.race([answer, cut])
      if (!ok) throw refusalOrCut(error)
      return { localId, id: message.id, sequence: message.sequence }
    }
  }

  async #call<Answer>(method: string, path: string, body: object): Promise<Answer> {
    const { url, app, deviceId } = this.#options
    const headers = { 'content-type': 'application/json', ...visitorHeaders(app, deviceId) }
    const signal = AbortSignal.timeout(this.#patience)
    const response = await fetch(url + path, {
      method,
      headers,
      body: JSON.stringify(body),
      signal,
    }).catch(() => {
      throw new Cut()
    })
    const text = await response.text().catch(() => {
      throw new Cut()
    })
    const answer = JSON.parse(text)
    if (!response.ok) throw refusalOrCut(answer.error)
    return answer
  }
}

const afterCutMs = 100

/** A server that lets somebody in and says nothing. */
async function noGreeting(patienceMs: number): Promise<never> {
  await delay(patienceMs, undefined, { ref: false })
  throw new Cut()
}

async function waitOutCut(error: unknown): Promise<void> {
  if (!(error instanceof Cut)) throw error
  await delay(afterCutMs)
}

/** The server went away before it answered, or says that it cannot work at the moment. */
class Cut extends Error {
  constructor(readonly refusal: string | null = null) {
    super(refusal ?? 'no answer')
  }
}

function refusalOrCut(error: { code: string; message: string }): Error {
  return error.code === 'unavailable' ? new Cut(error.message) : new Error(`${error.code}: ${error.message}`)
}

/** Waits until these writers together have this many more answers than now. */
export async function moreAnswers(writers: readonly Writer[], count: number, seconds = 30): Promise<void> {
  const answers = () => writers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0)
  const goal = answers() + count
  await until('messages are acknowledged', () => answers() >= goal, {
    deadline: seconds * 1_000,
    every: 1,
  })
}

/** Everything that is stored in a conversation, read page by page with the secret key. */
export async function storedIn(
  url: string,
  app: AppCredentials,
  conversationId: string,
): Promise<StoredMessage[]> {
  const headers = { authorization: `Bearer ${app.secretKey}`, 'x-app-id': app.id }
  const stored: StoredMessage[] = []
  for (let more = true; more; ) {
    const place = `after_sequence=${stored.length}&limit=200`
    const response = await fetch(`${url}/v1/admin/conversations/${conversationId}/messages?${place}`, {
      headers,
    })
    if (!response.ok) throw new Error(await response.text())
    const { messages, has_more } = (await response.json()) as { messages: StoredMessage[]; has_more: boolean }
    stored.push(...messages)
    more = has_more
  }
  return stored
}

/** Writers with a conversation each, every other over REST. */
export async function beginWriters(
  count: number,
  { url, app, secondsToAnswer }: Omit<WriterOptions, 'deviceId' | 'transport'>,
): Promise<Writer[]> {
  const writers = Array.from({ length: count }, (_, index) => {
    const transport = index % 2 === 0 ? 'rest' : 'socket'
    return new Writer({ url, app, secondsToAnswer, deviceId: `device-${index}`, transport })
  })
  await Promise.all(writers.map((writer) => writer.begin()))
  return writers
}
