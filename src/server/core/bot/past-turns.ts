import type { CoreContext } from '../context.js'
import type { Conversation } from '../model.js'
import type { Said, Subject } from './prompt.js'
import type { BotOutcome } from './turn.js'

/** Messages of a conversation that are looked through for what the bot said. */
const lookedThrough = 1_000
/** Of one conversation, the newest: a long one must not use up what a replay may cost. */
const turnsOfConversation = 20
/** As many as a turn starts from. */
const historyMessages = 100

/** A turn that was answered: what the bot was asked, and what became of it. */
export interface PastTurn {
  conversationId: string
  turnId: string
  /** Of the visitor's message that was answered. */
  sequence: number
  asked: string
  outcome: Exclude<BotOutcome, 'superseded'>
  text: string
  subject: Subject
  history: readonly Said[]
}

/** What the bot said in a conversation, turn by turn, oldest first, with what was there before each. Reads only. */
export async function pastTurns(context: CoreContext, conversation: Conversation): Promise<PastTurn[]> {
  const { messages } = context.store.read
  const all = await messages.before(conversation.key, conversation.lastSequence + 1, lookedThrough)
  const replies = all.flatMap(({ localId, senderType, body }) => {
    const turnId = senderType === 'bot' ? /^bot:(turn_.+)$/.exec(localId ?? '')?.[1] : undefined
    return turnId === undefined ? [] : [{ turnId, text: body }]
  })
  const turns: PastTurn[] = []
  for (const reply of replies.slice(-turnsOfConversation)) {
    const turn = await context.store.read.botTurns.byId(reply.turnId)
    if (turn?.conversationKey !== conversation.key) continue
    if (turn.outcome === null || turn.outcome === 'superseded') continue
    const { outcome, sequence } = turn
    const history = await messages.before(conversation.key, sequence + 1, historyMessages)
    const asked = history.findLast(({ senderType }) => senderType === 'contact')?.body ?? ''
    const { id: conversationId } = conversation
    turns.push({ ...reply, conversationId, sequence, asked, outcome, subject: conversation, history })
  }
  return turns
}
