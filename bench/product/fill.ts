import { loadConfig, provideSecrets } from '../../src/config.js'
import { createLoggers } from '../../src/logger.js'
import { type Instance, openInstance } from '../../src/server/context.js'
import { newId } from '../../src/server/core/ids.js'
import type { App, Conversation } from '../../src/server/core/model.js'
import type { Transaction } from '../../src/server/core/ports.js'
import { agent, app } from './instance.js'

/** What was put into a database, by what the REST API knows it by. */
export interface Filled {
  /** A conversation that holds all the messages, unread by its visitor, and the visitor's device. */
  readonly long: { readonly conversationId: string; readonly deviceId: string }
  /** One from the middle of the queue, and its device. */
  readonly waiting: { readonly conversationId: string; readonly deviceId: string }
}

const BATCH = 500

/** Fills an installation that is not running: one long conversation, and many that wait. */
export async function fill(data: string, messages: number, waiting: number): Promise<Filled> {
  await using instance = await open(data)
  const benchApp = await instance.core.apps.byId(app.id)
  const deviceIds = Array.from({ length: waiting }, (_, index) => `waiting-${index}`)
  const conversations: Conversation[] = []
  for (let from = 0; from < waiting; from += BATCH) {
    const begun = deviceIds.slice(from, from + BATCH).map((deviceId) => begin(instance, benchApp, deviceId))
    conversations.push(...(await Promise.all(begun)))
  }
  const long = await begin(instance, benchApp, 'long')
  await writeMessages(instance, long, messages)
  const middle = Math.floor(waiting / 2)
  return {
    long: { conversationId: long.id, deviceId: 'long' },
    waiting: { conversationId: conversations[middle]?.id ?? '', deviceId: deviceIds[middle] ?? '' },
  }
}

function open(data: string): Promise<Instance> {
  const { config, secrets } = loadConfig({ env: { REPLYHQ_DATA: data }, cwd: data })
  return openInstance(config, provideSecrets(data, secrets), createLoggers({ level: 'warn' }))
}

async function begin({ core }: Instance, benchApp: App, deviceId: string): Promise<Conversation> {
  const visitor = await core.visitors.recognise(benchApp, deviceId)
  return (await core.conversations.start(visitor, {})).view.conversation
}

async function writeMessages(
  { context }: Instance,
  conversation: Conversation,
  count: number,
): Promise<void> {
  const sender = await context.store.read.agents.byEmail(agent.email)
  for (let written = 0; written < count; written += BATCH) {
    const size = Math.min(BATCH, count - written)
    await context.store.transaction(async (transaction) => {
      for (let n = 0; n < size; n += 1) await writeMessage(transaction, conversation.key, sender?.key ?? null)
    })
  }
}

async function writeMessage(transaction: Transaction, key: number, senderKey: number | null): Promise<void> {
  const at = Date.now()
  const advanced = await transaction.conversations.advance(key, { at, fromContact: false })
  if (advanced === undefined) throw new Error('The conversation to fill is gone.')
  await transaction.messages.insert({
    id: newId('msg'),
    conversationKey: key,
    sequence: advanced.lastSequence,
    afterSequence: advanced.lastSequence - 1,
    revision: advanced.revision,
    localId: null,
    dedupe: null,
    senderType: 'agent',
    senderKey,
    type: 'text',
    body: `Message ${advanced.lastSequence} of a long conversation about a parcel that went astray in the post.`,
    internal: false,
    replyTo: null,
    attachmentCount: 0,
    reactionCount: 0,
    metadata: null,
    externalId: null,
    createdAt: at,
    editedAt: null,
    deletedAt: null,
  })
}
