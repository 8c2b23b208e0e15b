import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConversationState, type StateChange } from '../../src/client/feeds/conversation-state.js'
import type { Conversation, Message } from '../../src/client/index.js'
import { type Act, Thread, type ThreadEvent } from './helpers/thread.js'

type State = ConversationState<Conversation>

function apply(state: State, event: ThreadEvent): void {
  if (event.name === 'message') state.message(event.payload)
  else if (event.name === 'deleted') state.deleted(event.payload)
  else if (event.name === 'status') state.status(event.payload)
  else state.view(event.payload)
}

/** What a reader sees; a message's revision may be older than the server's where only its status changed. */
const seen = (messages: readonly Message[]) =>
  messages.map(({ id, sequence, body, status, deleted_at }) => ({ id, sequence, body, status, deleted_at }))

function fresh(thread: Thread): State {
  const state: State = new ConversationState(() => {})
  const ascending = thread.messages.toSorted(
    (first, second) =>
      (first.sequence ?? first.after_sequence + 0.5) - (second.sequence ?? second.after_sequence + 0.5),
  )
  state.load({ conversation: thread.view, messages: ascending })
  return state
}

const acts = fc.array(
  fc.record({
    act: fc.constantFrom<Act>('message', 'message', 'note', 'edit', 'delete', 'status', 'update'),
    pick: fc.nat(50),
    copies: fc.constantFrom(0, 1, 1, 1, 2),
    delay: fc.nat(5),
  }),
  { maxLength: 40 },
)

test('an old picture and the events since, late, twice or lost, and what changed since equal a fresh picture', () => {
  fc.assert(
    fc.property(acts, fc.nat(10), (steps, before) => {
      const thread = new Thread()
      for (const { act, pick } of steps.slice(0, before)) thread.act(act, pick)
      const freshSequences: number[] = []
      const state: State = new ConversationState((change: StateChange<Conversation>) => {
        if (change.type === 'message' && change.fresh && change.message.sequence !== null)
          freshSequences.push(change.message.sequence)
      })
      state.load({ conversation: thread.view, messages: [...thread.messages] })
      const start = state.timeline.lastSequence
      const deliveries = steps.slice(before).flatMap(({ act, pick, copies, delay }, index) => {
        const event = thread.act(act, pick)
        return event === null
          ? []
          : Array.from({ length: copies }, (_, copy) => ({ event, due: index + delay * (copy + 1) }))
      })
      for (const { event } of deliveries.toSorted((first, second) => first.due - second.due))
        apply(state, event)
      state.merge({ conversation: thread.view, messages: thread.since(state.revision) })

      expect(seen(state.timeline.messages)).toEqual(seen(fresh(thread).timeline.messages))
      expect(state.conversation?.revision).toBe(thread.view.revision)
      expect(state.incomplete).toBe(false)
      expect(freshSequences).toEqual(
        Array.from({ length: thread.view.last_sequence - start }, (_, n) => start + 1 + n),
      )
    }),
    { numRuns: 500 },
  )
})

test('events in their order leave nothing to ask for', () => {
  fc.assert(
    fc.property(acts, (steps) => {
      const thread = new Thread()
      const state: State = new ConversationState(() => {})
      state.load({ conversation: thread.view, messages: [] })
      for (const { act, pick } of steps) {
        const event = thread.act(act, pick)
        if (event !== null) apply(state, event)
      }
      expect(state.incomplete).toBe(false)
      expect(state.revision).toBe(thread.view.revision)
      expect(seen(state.timeline.messages)).toEqual(seen(fresh(thread).timeline.messages))
    }),
    { numRuns: 200 },
  )
})
