import { setTimeout as delay } from 'node:timers/promises'
import { SignJWT } from 'jose'
import { io, type Socket } from 'socket.io-client'
import { app } from '../../product/instance.js'
import type { Acknowledged, StoredMessage } from '../tally.js'
import { hostSecret, internalSecret } from './plan.js'

interface MemberMessage {
  readonly id: string
  readonly localId: string | null
  readonly sequence: number
  readonly content: string
}

const ackMs = 5_000

/** Two members who are in one direct conversation, each behind a door of their own; the first one writes. */
export class Members implements Disposable {
  readonly acknowledged: Acknowledged[] = []
  /** Sequences as they came live to the one who reads. */
  readonly heard: number[] = []

  private constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly conversationId: string,
    private readonly writing: Socket,
    private readonly reading: Socket,
  ) {
    reading.on('message:new', ({ sequence }: MemberMessage) => this.heard.push(sequence))
  }

  static async meet(url: string, readersUrl: string): Promise<Members> {
    const users = ['ann', 'bob'].map((id) => ({ externalUserId: id, name: id }))
    const host = { 'x-internal-secret': internalSecret, 'x-app-id': app.id }
    await posted(`${url}/api/users/sync/batch`, host, { users })
    const [ann, bob] = await Promise.all(['ann', 'bob'].map(tokenOf))
    if (ann === undefined || bob === undefined) throw new Error('Two tokens are made.')
    const wanted = { type: 'direct', participantIds: ['bob'] }
    const { id } = await posted<{ id: string }>(`${url}/api/conversations`, bearer(ann), wanted)
    return new Members(url, ann, id, await connected(url, ann), await connected(readersUrl, bob))
  }

  async writeUntil(stop: AbortSignal, pauseMs: number): Promise<void> {
    for (let number = 0; !stop.aborted; number++) {
      await this.#send(`member ${number}`)
      await delay(pauseMs)
    }
  }

  async stored(): Promise<StoredMessage[]> {
    const stored: StoredMessage[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const place: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const path = `${this.url}/api/conversations/${this.conversationId}/messages?limit=100${place}`
      const response = await fetch(path, { headers: bearer(this.token) })
      if (!response.ok) throw new Error(await response.text())
      const page = (await response.json()) as { data: MemberMessage[]; nextCursor: string | null }
      stored.unshift(
        ...page.data.map((message) => ({ ...message, local_id: message.localId, body: message.content })),
      )
      cursor = page.nextCursor
    }
    return stored
  }

  [Symbol.dispose](): void {
    this.writing.disconnect()
    this.reading.disconnect()
  }

  /** Again and again until it is acknowledged, as members' clients do. */
  async #send(localId: string): Promise<void> {
    const draft = { conversationId: this.conversationId, content: localId, localId }
    for (;;) {
      const ack = await this.#attempt(draft)
      if (ack?.ok === true) {
        this.acknowledged.push({ localId, id: ack.message.id, sequence: ack.message.sequence })
        return
      }
      if (ack !== null && !passing.includes(ack.error.code)) throw new Error(JSON.stringify(ack.error))
      await delay(100)
    }
  }

  async #attempt(draft: object): Promise<Ack | null> {
    if (!this.writing.connected) return null
    try {
      return (await this.writing.timeout(ackMs).emitWithAck('message:send', draft)) as Ack
    } catch {
      return null
    }
  }
}

type Ack =
  | { readonly ok: true; readonly message: MemberMessage }
  | { readonly ok: false; readonly error: { readonly code: string } }

const passing = ['unavailable', 'UNAVAILABLE']

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

const tokenOf = (userId: string): Promise<string> =>
  new SignJWT({ sub: userId, app_id: app.id })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1d')
    .sign(Buffer.from(hostSecret))

async function posted<Answer>(url: string, headers: object, body: object): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as Answer
}

async function connected(url: string, token: string): Promise<Socket> {
  const socket = io(url, {
    path: '/socket.io',
    transports: ['websocket'],
    auth: { token },
    reconnectionDelay: 50,
    reconnectionDelayMax: 500,
  })
  // A namespace that refuses, as while Postgres is away, is not tried again by the library.
  socket.on('connect_error', () => setTimeout(() => socket.connect(), 200))
  await new Promise<void>((resolve) => socket.once('connected', () => resolve()))
  return socket
}
