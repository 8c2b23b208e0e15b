import { describe, expect, it } from 'vitest'
import { attentionToEntry, attentionToQueue, windowTitle } from '../../src/tui/attention.js'
import { nextTickIn } from '../../src/tui/clock.js'
import { draftOf, draftText } from '../../src/tui/composer/draft.js'
import { reduce, reduceAll } from '../../src/tui/state/reduce.js'
import { currentChat, ownChats, unreadTotal, waitingChats } from '../../src/tui/state/selectors.js'
import { ANA, chatOf, chatting, costOf, entryOf, NOON, stateWith, waiting } from './fixtures.js'

const MAX = { id: 'agt_max', name: 'max' }

describe('own chats', () => {
  it('come with a claim and go with a transfer, a release and a closing', () => {
    const claimed = stateWith({ type: 'chat', chat: chatOf('c1') })
    expect(claimed.mine).toEqual(['c1'])
    for (const parts of [
      { assignee: MAX },
      { assignee: null, handler: 'queue' },
      { status: 'closed' },
    ] as const) {
      const after = reduce(claimed, { type: 'chat', chat: chatOf('c1', { ...parts, revision: 2 }) })
      expect(after.mine).toEqual([])
      expect(after.chats.c1).toBeDefined()
    }
  })

  it('are not changed by what is older', () => {
    const state = stateWith({ type: 'chat', chat: chatOf('c1', { revision: 5 }) })
    expect(reduce(state, { type: 'chat', chat: chatOf('c1', { revision: 4, assignee: MAX }) })).toEqual(state)
  })

  it('keep their order when the list is loaded again, and lose what is gone', () => {
    const state = stateWith({ type: 'mine', chats: [chatOf('c1'), chatOf('c2'), chatOf('c3')] })
    const after = reduce(state, { type: 'mine', chats: [chatOf('c3'), chatOf('c4'), chatOf('c1')] })
    expect(after.mine).toEqual(['c1', 'c3', 'c4'])
  })

  it('that wait are sorted by who waits longest', () => {
    const last = (at: number) => ({ sender: 'user', body: 'hi', at }) as const
    const state = stateWith({
      type: 'mine',
      chats: [chatOf('c1', { lastMessage: last(2) }), chatOf('c2'), chatOf('c3', { lastMessage: last(1) })],
    })
    expect(waitingChats(state).map(({ chat }) => chat.id)).toEqual(['c3', 'c1'])
  })
})

describe('unread messages', () => {
  it('count what the visitor wrote since it was last seen, not what agents write', () => {
    const state = chatting([entryOf('c1', 1)])
    const away = reduceAll(reduce(state, { type: 'seen', chatId: 'c1' }), [
      { type: 'show', chatId: null },
      { type: 'entry', entry: entryOf('c1', 2) },
      { type: 'entry', entry: entryOf('c1', 3, { sender: 'agent' }) },
      { type: 'entry', entry: entryOf('c1', 4) },
    ])
    expect(unreadTotal(away)).toBe(2)
    expect(away.chats.c1?.firstUnreadId).toBe('msg_c1_2')
  })

  it('start from what the server says when a chat is first loaded', () => {
    const chat = chatOf('c1', { unreadCount: 1 })
    const state = chatting([entryOf('c1', 1), entryOf('c1', 2, { sender: 'agent' }), entryOf('c1', 3)], chat)
    expect(currentChat(state)).toMatchObject({ unread: 1, firstUnreadId: 'msg_c1_3' })
  })

  it('are gone when they are seen, and the separator when the chat is left', () => {
    const state = chatting([entryOf('c1', 1)], chatOf('c1', { unreadCount: 1 }))
    const seen = reduce(state, { type: 'seen', chatId: 'c1' })
    expect(currentChat(seen)).toMatchObject({ unread: 0, firstUnreadId: 'msg_c1_1' })
    expect(reduce(seen, { type: 'show', chatId: null }).chats.c1?.firstUnreadId).toBeNull()
  })
})

describe('messages', () => {
  it('of a flood are merged at once: 10,000 in less than 0.1 s', () => {
    const state = chatting([])
    const changes = Array.from({ length: 10_000 }, (_, index) => ({
      type: 'entry' as const,
      entry: entryOf('c1', index + 1),
    }))
    let after = state
    const cost = costOf(() => {
      after = reduceAll(state, changes)
    })
    expect(cost).toBeLessThan(100)
    expect(currentChat(after)?.entries).toHaveLength(10_000)
  })

  it('take the receipts up to a sequence, and never lose a read one', () => {
    const mine = { sender: 'agent' } as const
    const state = chatting([entryOf('c1', 1, mine), entryOf('c1', 2, mine), entryOf('c1', 3)])
    const after = reduceAll(state, [
      { type: 'receipt', chatId: 'c1', status: 'read', upTo: 1 },
      { type: 'receipt', chatId: 'c1', status: 'delivered', upTo: 3 },
    ])
    expect(currentChat(after)?.entries.map(({ status }) => status)).toEqual(['read', 'delivered', 'sent'])
  })

  it('that failed stay marked, and those taken back go', () => {
    const sending = entryOf('c1', 0, {
      id: 'l1',
      localId: 'l1',
      sequence: null,
      sender: 'agent',
      status: 'sending',
    })
    const state = chatting([])
    const failed = reduceAll(state, [
      { type: 'entry', entry: sending },
      { type: 'failed', chatId: 'c1', localId: 'l1' },
    ])
    expect(currentChat(failed)?.entries[0]?.status).toBe('failed')
    expect(currentChat(reduce(failed, { type: 'withdrawn', chatId: 'c1', localId: 'l1' }))?.entries).toEqual(
      [],
    )
  })

  it('that are deleted lose their text', () => {
    const state = reduce(chatting([entryOf('c1', 1)]), { type: 'entryDeleted', chatId: 'c1', id: 'msg_c1_1' })
    expect(currentChat(state)?.entries[0]).toMatchObject({ deleted: true, body: '' })
  })
})

describe('typing', () => {
  const typing = { type: 'typing', chatId: 'c1', name: null, active: true } as const

  it('ends by itself after 6 s', () => {
    const state = reduce(chatting([]), typing)
    expect(currentChat(state)?.typing?.name).toBe('Bo Li')
    expect(currentChat(reduce(state, { type: 'time', now: NOON + 5999 }))?.typing).not.toBeNull()
    expect(currentChat(reduce(state, { type: 'time', now: NOON + 6000 }))?.typing).toBeNull()
  })

  it('ends with the message', () => {
    const state = reduce(chatting([]), typing)
    const after = reduceAll(state, [{ type: 'entry', entry: entryOf('c1', 1) }])
    expect(currentChat(after)?.typing).toBeNull()
  })
})

describe('drafts', () => {
  it('are kept for each chat', () => {
    const state = reduceAll(chatting([]), [
      { type: 'chat', chat: chatOf('c2') },
      { type: 'draft', draft: draftOf('for c1') },
      { type: 'show', chatId: 'c2' },
      { type: 'draft', draft: draftOf('for c2') },
      { type: 'show', chatId: 'c1' },
    ])
    expect(ownChats(state).map(({ draft }) => draftText(draft))).toEqual(['for c1', 'for c2'])
    expect(state.previousId).toBe('c2')
  })
})

describe('the selection', () => {
  it('stays within its list', () => {
    const items = [waiting('q1'), waiting('q2')]
    const state = stateWith({ type: 'queue', items, size: 2 }, { type: 'select', list: 'queue', index: 9 })
    expect(state.selected.queue).toBe(1)
    expect(reduce(state, { type: 'queue', items: items.slice(1), size: 1 }).selected.queue).toBe(0)
  })
})

describe('the clock', () => {
  it('ticks once a minute while nothing counts seconds', () => {
    expect(nextTickIn(stateWith({ type: 'time', now: NOON + 20_000 }))).toBe(40_000)
  })

  it('ticks every second while the server is away or somebody has just come', () => {
    expect(
      nextTickIn(
        stateWith({ type: 'connection', connection: { phase: 'offline', retryAt: null, unsent: 0 } }),
      ),
    ).toBe(1000)
    const items = [waiting('q', { requestedAt: NOON - 5000 })]
    expect(nextTickIn(stateWith({ type: 'queue', items, size: 1 }))).toBe(1000)
  })

  it('wakes when a notice ends', () => {
    const notice = { text: 'hi', tone: 'info', until: NOON + 6000 } as const
    const state = stateWith({ type: 'notice', notice })
    expect(nextTickIn(state)).toBe(6000)
    expect(reduce(state, { type: 'time', now: NOON + 6000 }).notice).toBeNull()
  })
})

describe('attention', () => {
  it('goes to a message in an own chat that the agent does not see', () => {
    const state = chatting([entryOf('c1', 1)])
    expect(attentionToEntry(state, entryOf('c1', 2))).toBeNull()
    const unfocused = reduce(state, { type: 'terminalFocus', focused: false })
    expect(attentionToEntry(unfocused, entryOf('c1', 2, { body: 'hi\x1b[31m' }))).toEqual({
      title: 'Bo Li',
      body: 'hi[31m',
    })
    expect(attentionToEntry(unfocused, entryOf('c1', 1))).toBeNull()
    expect(attentionToEntry(unfocused, entryOf('c1', 2, { sender: 'agent', senderId: ANA.id }))).toBeNull()
  })

  it('goes to a longer queue only while the agent is online and looks elsewhere', () => {
    const state = stateWith({ type: 'terminalFocus', focused: false })
    expect(attentionToQueue(state, 1)).not.toBeNull()
    expect(attentionToQueue(stateWith(), 1)).toBeNull()
    expect(attentionToQueue(reduce(state, { type: 'availability', availability: 'away' }), 1)).toBeNull()
  })

  it('puts the number of unread messages into the title while the terminal has no focus', () => {
    const state = chatting([entryOf('c1', 1)], chatOf('c1', { unreadCount: 1 }))
    expect(windowTitle(state)).toBe('ReplyHQ')
    expect(windowTitle(reduce(state, { type: 'terminalFocus', focused: false }))).toBe('(1) ReplyHQ')
  })
})

describe('a login', () => {
  it('to another app begins with nothing of the one before', () => {
    const state = chatting([entryOf('c1', 1)])
    const app = { id: 'app_other', name: 'other', role: 'agent' }
    const identity = { agent: ANA, app, apps: [app] }
    expect(reduce(state, { type: 'identified', identity, afresh: true })).toMatchObject({
      chats: {},
      mine: [],
    })
    expect(reduce(state, { type: 'identified', identity, afresh: false }).mine).toEqual(['c1'])
  })
})
