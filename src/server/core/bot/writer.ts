import type { CoreContext } from '../context.js'
import type { ConversationRef } from '../events.js'
import { newId } from '../ids.js'
import { type Draft, dedupeOf, noteChange, placeIn, type Sender } from '../messages/placing.js'
import type { ConversationStep, Json, Message } from '../model.js'
import type { Outbox } from '../outbox/outbox.js'
import type { Transaction } from '../ports.js'
import { cleanText, codePoints } from '../text.js'

export interface Writing {
  localId: string
  body: string
  /** A note for agents: reaches no visitor and takes no sequence. */
  internal?: boolean
  metadata?: Json
}

const bot: Sender = { type: 'bot', key: null, id: null, externalId: null, name: null }

/** Writes as the bot, inside the caller's transaction and without a look at who serves: that is the caller's. */
export class BotWriter {
  readonly #context: CoreContext
  readonly #outbox: Outbox

  constructor(context: CoreContext, outbox: Outbox) {
    this.#context = context
    this.#outbox = outbox
  }

  /** Too long a body is cut. A local id that is there already writes nothing. */
  async write(transaction: Transaction, thread: ConversationRef, writing: Writing): Promise<void> {
    const draft = this.#draft(writing)
    const { dedupe, localId } = draft
    const { conversationKey } = thread
    if (await transaction.messages.duplicate(conversationKey, dedupe, localId, bot.type, bot.key)) return
    const conversation = await this.#advance(transaction, conversationKey, draft)
    const row = placeIn(conversation, draft)
    const key = await transaction.messages.insert(row)
    if (row.internal)
      await transaction.conversations.insertChange(noteChange(conversation, key, row.createdAt))
    const message: Message = {
      ...row,
      key,
      senderId: null,
      senderExternalId: null,
      senderName: null,
      conversationId: thread.conversationId,
      status: 'SENT',
      reactions: [],
      attachments: [],
    }
    await this.#outbox.message(transaction, thread, 'message.created', message)
    transaction.afterCommit(() => {
      this.#context.bus.publish({ type: 'message.created', conversation: thread, message })
    })
  }

  async #advance(transaction: Transaction, key: number, draft: Draft): Promise<ConversationStep> {
    const conversation = draft.internal
      ? await transaction.conversations.revise(key, {})
      : await transaction.conversations.advance(key, { at: draft.createdAt, fromContact: false })
    if (conversation === undefined) throw new Error('a conversation vanished inside its transaction')
    return conversation
  }

  #draft({ localId, body, internal = false, metadata }: Writing): Draft {
    return {
      id: newId('msg'),
      localId,
      dedupe: dedupeOf(localId),
      senderType: bot.type,
      senderKey: bot.key,
      type: 'text',
      body: cut(cleanText(body), this.#context.limits.bodyCodePoints),
      internal,
      replyTo: null,
      attachmentCount: 0,
      reactionCount: 0,
      metadata: metadata ?? null,
      externalId: null,
      createdAt: this.#context.clock.now(),
      editedAt: null,
      deletedAt: null,
    }
  }
}

/** At most `limit` code points, the last of them an ellipsis when something was left out. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit || codePoints(text) <= limit) return text
  return `${[...text].slice(0, Math.max(0, limit - 1)).join('')}…`
}
