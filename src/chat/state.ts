import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import type { OutboxStorage, StoredMessage } from '../client/index.js'
import { readPrivateFile, writePrivateFile } from '../config/secrets-file.js'

const file = z.object({
  device_id: z.string().min(1),
  conversation_id: z.string().nullable(),
  waiting: z.array(
    z.object({
      localId: z.string(),
      conversationId: z.string(),
      draft: z.record(z.string(), z.unknown()),
      createdAt: z.number(),
    }),
  ),
})

/** Until the server has begun a conversation, lines wait under this name. */
export const unbegun = 'local:new'

interface Where {
  readonly stateFolder: string
  readonly url: string
  readonly appId: string
  readonly deviceId?: string
}

/** What must outlive the process: who the visitor is, where they were, and what waits to be sent. */
export class ChatState implements OutboxStorage {
  readonly deviceId: string
  readonly #path: string
  #conversationId: string | null
  #waiting: readonly StoredMessage[]

  constructor({ stateFolder, url, appId, deviceId }: Where) {
    this.#path = join(stateFolder, `chat-${nameOf(url, appId, deviceId)}.json`)
    const found = read(this.#path)
    this.deviceId = deviceId ?? found?.device_id ?? randomUUID()
    this.#conversationId = found?.conversation_id ?? null
    this.#waiting = found?.waiting ?? []
    if (found === undefined) this.#write()
  }

  get conversationId(): string | null {
    return this.#conversationId
  }

  set conversationId(id: string | null) {
    if (id === this.#conversationId) return
    this.#conversationId = id
    this.#write()
  }

  load(): StoredMessage[] {
    return [...this.#waiting]
  }

  save(messages: readonly StoredMessage[]): void {
    this.#waiting = messages
    this.#write()
  }

  #write(): void {
    const content: z.input<typeof file> = {
      device_id: this.deviceId,
      conversation_id: this.#conversationId,
      waiting: this.#waiting.map((message) => ({ ...message, draft: { ...message.draft } })),
    }
    writePrivateFile(this.#path, `${JSON.stringify(content)}\n`)
  }
}

function nameOf(...parts: readonly (string | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

function read(path: string): z.output<typeof file> | undefined {
  const content = readPrivateFile(path)
  if (content === undefined) return undefined
  try {
    return file.parse(JSON.parse(content))
  } catch (error) {
    throw new Error(`The chat's state in ${path} cannot be read. Remove it to begin as a new visitor.`, {
      cause: error,
    })
  }
}
