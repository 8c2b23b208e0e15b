import type { Conversation, Message } from '../../../src/client/index.js'
import { conversation, message, note } from './wire.js'

export type Act = 'message' | 'note' | 'edit' | 'delete' | 'status' | 'update'
export type ThreadEvent =
  | { readonly name: 'message'; readonly payload: Message }
  | {
      readonly name: 'deleted'
      readonly payload: {
        message_id: string
        conversation_id: string
        sequence: number | null
        revision: number
        deleted_at: string
      }
    }
  | {
      readonly name: 'status'
      readonly payload: {
        conversation_id: string
        by: 'user' | 'agent'
        status: 'DELIVERED' | 'READ'
        up_to_sequence: number
        revision: number
        at: string
      }
    }
  | { readonly name: 'view'; readonly payload: Conversation }

const deletedAt = '2026-01-02T00:00:00.000Z'

/** A conversation as the server keeps it, in few lines: what each act makes of it, and which event tells of it. */
export class Thread {
  readonly messages: Message[] = []
  #lastSequence = 0
  #revision = 0
  #read = 0

  get view(): Conversation {
    return conversation(this.#lastSequence, this.#revision, {
      status: this.#revision % 2 === 0 ? 'open' : 'snoozed',
    })
  }

  /** Everything that changed after a revision, as a join answers. */
  since(revision: number): Message[] {
    return this.messages
      .filter((entry) => entry.revision > revision)
      .sort((first, second) => first.revision - second.revision)
  }

  /** `pick` chooses the message that is meant. */
  act(act: Act, pick: number): ThreadEvent | null {
    this.#revision += 1
    const target = this.messages[pick % Math.max(1, this.messages.length)]
    if (act === 'message') return this.#write()
    if (act === 'note') return this.#add(note(this.#lastSequence, this.#revision))
    if (act === 'status') return this.#receipt()
    if (act === 'update' || target === undefined || target.deleted_at !== null)
      return { name: 'view', payload: this.view }
    return act === 'edit' ? this.#edit(target) : this.#delete(target)
  }

  #write(): ThreadEvent {
    this.#lastSequence += 1
    return this.#add(message(this.#lastSequence, { revision: this.#revision }))
  }

  #add(added: Message): ThreadEvent {
    this.messages.push(added)
    return { name: 'message', payload: added }
  }

  #edit(target: Message): ThreadEvent {
    const edited = { ...target, body: `edited at ${this.#revision}`, revision: this.#revision }
    this.#replace(target, edited)
    return { name: 'message', payload: edited }
  }

  #delete(target: Message): ThreadEvent {
    this.#replace(target, { ...target, body: '', deleted_at: deletedAt, revision: this.#revision })
    const { id, conversation_id, sequence } = target
    const payload = {
      message_id: id,
      conversation_id,
      sequence,
      revision: this.#revision,
      deleted_at: deletedAt,
    }
    return { name: 'deleted', payload }
  }

  #receipt(): ThreadEvent {
    for (const entry of this.messages) {
      if (entry.sequence === null || entry.sequence <= this.#read) continue
      this.#replace(entry, { ...entry, status: 'READ', revision: this.#revision })
    }
    this.#read = this.#lastSequence
    const payload = {
      conversation_id: 'conv_1',
      by: 'user' as const,
      status: 'READ' as const,
      up_to_sequence: this.#read,
      revision: this.#revision,
      at: deletedAt,
    }
    return { name: 'status', payload }
  }

  #replace(target: Message, by: Message): void {
    this.messages[this.messages.indexOf(target)] = by
  }
}
