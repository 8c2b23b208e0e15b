import { io, type Socket } from 'socket.io-client'
import { shop } from '../helpers/seed.js'
import { until } from '../helpers/until.js'

/** What a server answered for a message: it may never be lost, doubled or moved again. */
export interface Acknowledged {
  localId: string
  id: string
  sequence: number
}

export interface StoredMessage {
  id: string
  local_id: string | null
  sequence: number
  body: string
}

type Send = (localId: string) => Promise<Acknowledged>

const secondsToAnswer = 5

/** One device that writes message after message into its conversation, as fast as it is answered. */
export class Writer {
  readonly acknowledged: Acknowledged[] = []
  /** Sent, and then there was no answer: stored or not, sending again must settle it. */
  unanswered: string | null = null
  conversationId = ''
  #count = 0
  #socket: Socket | null = null

  constructor(
    readonly url: string,
    readonly deviceId: string,
    readonly transport: 'rest' | 'socket',
  ) {}

  async begin(): Promise<void> {
    const { conversation } = await this.#call<{ conversation: { id: string } }>(
      'POST',
      '/v1/conversations',
      {},
    )
    this.conversationId = conversation.id
  }

  /** Writes until the server does not answer any more; the last message stays unanswered. */
  async writeUntilCut(): Promise<void> {
    try {
      const send = this.transport === 'rest' ? this.#overRest : await this.#overSocket()
      await this.#settle(send)
      for (;;) await this.#write(send, `${this.deviceId} ${++this.#count}`)
    } catch (error) {
      if (!(error instanceof Cut)) throw error
    } finally {
      this.#socket?.disconnect()
    }
  }

  /** Sends again what had no answer; twice, because one of the two comes for nothing. */
  async settle(): Promise<void> {
    await this.#settle(this.#overRest)
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
    this.acknowledged.push(await send(localId))
    this.unanswered = null
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
    const socket = io(`${this.url}/client`, {
      path: '/v1/socket.io',
      transports: ['websocket'],
      reconnection: false,
      auth: { app_id: shop.id, device_id: this.deviceId, api_key: shop.publishableKey },
    })
    this.#socket = socket
    const cut = new Promise<never>((_, reject) => {
      socket.once('connect_error', () => reject(new Cut()))
      socket.once('disconnect', () => reject(new Cut()))
    })
    cut.catch(() => {})
    const connected = new Promise<void>((resolve) => socket.once('connected', () => resolve()))
    await Promise.race([connected, cut])
    return async (localId) => {
      const draft = { conversation_id: this.conversationId, local_id: localId, body: localId }
      const answer = socket.timeout(secondsToAnswer * 1_000).emitWithAck('message:send', draft)
      answer.catch(() => {})
      const { ok, message, error } = await Promise.race([answer, cut])
      if (!ok) throw refusalOrCut(error)
      return { localId, id: message.id, sequence: message.sequence }
    }
  }

  async #call<Answer>(method: string, path: string, body: object): Promise<Answer> {
    const headers = {
      'content-type': 'application/json',
      'x-app-id': shop.id,
      'x-device-id': this.deviceId,
      'x-api-key': shop.publishableKey,
    }
    const signal = AbortSignal.timeout(secondsToAnswer * 1_000)
    const response = await fetch(this.url + path, {
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

/** The server went away before it answered. */
class Cut extends Error {}

function refusalOrCut(error: { code: string; message: string }): Error {
  return error.code === 'unavailable' ? new Cut() : new Error(`${error.code}: ${error.message}`)
}

/** Waits until these writers together have this many more answers than now. */
export async function moreAnswers(writers: readonly Writer[], count: number): Promise<void> {
  const answers = () => writers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0)
  const goal = answers() + count
  await until('messages are acknowledged', () => answers() >= goal, { deadline: 30_000, every: 1 })
}

/** Everything that is stored in a conversation, read page by page with the secret key. */
export async function storedIn(url: string, conversationId: string): Promise<StoredMessage[]> {
  const headers = { authorization: `Bearer ${shop.secretKey}`, 'x-app-id': shop.id }
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
