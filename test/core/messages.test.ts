import { describe, expect, test } from 'vitest'
import type { NewMessage } from '../../src/server/core/messages/messages.js'
import { type Company, newCompany, type Talk } from './company.js'
import { refusal, sharedInstance } from './instance.js'
import { changesNothing, eventsEqualState } from './mirror.js'

const instance = sharedInstance()

const post = (talk: Talk, input: Partial<NewMessage>, as: Parameters<Talk['say']>[0] = talk.visitor) =>
  talk.company.core.messages.post(as, talk.id, { localId: crypto.randomUUID(), ...input })

describe('A message', () => {
  test('tells who wrote it, and is the same in the answer, the event and the history', async () => {
    const company = await newCompany(instance())
    const talk = await company.waiting(await company.visitor('Zoe'))
    const { message } = await eventsEqualState(talk, () =>
      post(talk, { body: 'hello', metadata: { page: 3 } }),
    )
    expect(message).toMatchObject({
      sequence: 1,
      senderType: 'contact',
      senderName: 'Zoe',
      body: 'hello',
      type: 'text',
      status: 'SENT',
      metadata: { page: 3 },
    })
    const created = instance().events.filter((event) => event.type === 'message.created')
    expect(created.at(-1)).toMatchObject({ message })
    expect(await talk.history(talk.visitor)).toEqual([message])
    expect(await company.core.history.one(talk.visitor, talk.id, message.id)).toEqual(message)
  })

  test('may be sent by a server and by the operator, in the name of the app', async () => {
    const company = await newCompany(instance())
    const talk = await company.waiting()
    const byServer = await eventsEqualState(talk, () => talk.say(company.server, 'shipped'))
    const byOperator = await eventsEqualState(talk, () => talk.say(company.operator, 'maintenance'))
    expect(byServer).toMatchObject({ senderType: 'agent', senderId: null })
    expect(byOperator).toMatchObject({ senderType: 'system', senderId: null })
  })

  test('answers another one of the same conversation', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const question = await talk.say(talk.visitor, 'when?')
    const { message } = await eventsEqualState(talk, () =>
      post(talk, { body: 'now', replyTo: question.id }, company.ada),
    )
    expect(message.replyTo).toBe(question.id)
  })

  test('is cleaned of what a database refuses', async () => {
    const company = await newCompany(instance())
    const talk = await company.waiting()
    const { message } = await eventsEqualState(talk, () =>
      post(talk, { body: 'a\u0000b\ud800', metadata: { 'k\u0000': ['\udfff'], constructor: 1 } }),
    )
    expect(message.body).toBe('ab\ufffd')
    expect(message.metadata).toEqual({ k: ['\ufffd'] })
  })
})

const limits: [string, Partial<NewMessage>, string | null][] = [
  ['a body of 5,000 code points, each two units long', { body: '😀'.repeat(5_000) }, null],
  ['a body of 5,001 code points', { body: '😀'.repeat(5_001) }, 'invalid_request'],
  ['an empty body', { body: '' }, 'invalid_request'],
  ['a body of blanks', { body: ' \n\t' }, 'invalid_request'],
  ['no body at all', {}, 'invalid_request'],
  ['metadata of 16 KiB', { body: 'a', metadata: { a: 'x'.repeat(16 * 1024 - 8) } }, null],
  ['metadata of a byte more', { body: 'a', metadata: { a: 'x'.repeat(16 * 1024 - 7) } }, 'invalid_request'],
  ['metadata nested too deep', { body: 'a', metadata: nested(40) }, 'invalid_request'],
  [
    'eleven attachments',
    { body: 'a', attachments: Array.from({ length: 11 }, () => 'att_a') },
    'invalid_request',
  ],
  ['an attachment that is not there', { body: 'a', attachments: ['att_nothing'] }, 'not_found'],
  ['an answer to a message that is not there', { body: 'a', replyTo: 'msg_nothing' }, 'not_found'],
]

function nested(depth: number): Record<string, unknown> {
  return depth === 0 ? {} : { in: nested(depth - 1) }
}

describe('A message with', () => {
  test.each(limits)('%s', async (_, input, code) => {
    const company = await newCompany(instance())
    const talk = await company.waiting()
    if (code === null) await eventsEqualState(talk, () => post(talk, input))
    else expect(await changesNothing(talk, () => refusal(post(talk, input)))).toMatchObject({ code })
  })

  test('an answer to a note, or to a message of another conversation, is refused', async () => {
    const company = await newCompany(instance())
    const [talk, other] = [await company.served(), await company.served()]
    const note = await talk.note('hm')
    const elsewhere = await other.say(other.visitor, 'hi')
    for (const replyTo of [note.id, elsewhere.id])
      await changesNothing(talk, () => refusal(post(talk, { body: 'a', replyTo }), 'not_found'))
  })
})

describe('Editing', () => {
  test('changes the body in place and takes the next revision', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const message = await talk.say(talk.visitor, 'helo')
    const { revision } = (await talk.view()).conversation
    const edited = await eventsEqualState(talk, () =>
      company.core.messages.edit(talk.visitor, talk.id, message.id, 'hello'),
    )
    expect(edited).toMatchObject({ id: message.id, sequence: 1, body: 'hello', revision: revision + 1 })
    expect(edited.editedAt).toBe(instance().clock.now())
  })

  test('into what it is already changes nothing', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const message = await talk.say(talk.visitor, 'hello')
    await changesNothing(talk, () => company.core.messages.edit(talk.visitor, talk.id, message.id, 'hello'))
  })

  test.each(['', 'x'.repeat(5_001)])('keeps to the limits of a message (%#)', async (body) => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const message = await talk.say(talk.visitor, 'hello')
    await changesNothing(talk, () =>
      refusal(company.core.messages.edit(talk.visitor, talk.id, message.id, body), 'invalid_request'),
    )
  })
})

describe('Deleting', () => {
  test('keeps the place and takes the body, the metadata, the reactions and the files', async () => {
    const company = await newCompany(instance())
    const { core } = company
    const talk = await company.served()
    const { id: file } = await core.attachments.upload(talk.visitor, pixel)
    const { message } = await post(talk, { body: 'secret', attachments: [file], metadata: { a: 1 } })
    await core.reactions.add(company.ada, talk.id, message.id, '👍')
    const gone = await eventsEqualState(talk, () => core.messages.remove(talk.visitor, talk.id, message.id))
    expect(gone).toMatchObject({ sequence: 1, body: '', metadata: null, reactions: [], attachments: [] })
    expect(gone.deletedAt).not.toBeNull()
    await refusal(core.attachments.open(file, core.attachments.sign(file)), 'not_found')
  })

  test('twice is deleting once, and what is deleted is neither edited nor reacted to', async () => {
    const company = await newCompany(instance())
    const { core } = company
    const talk = await company.served()
    const message = await talk.say(talk.visitor, 'oops')
    await core.messages.remove(talk.visitor, talk.id, message.id)
    await changesNothing(talk, () => core.messages.remove(talk.visitor, talk.id, message.id))
    await changesNothing(talk, () =>
      refusal(core.messages.edit(talk.visitor, talk.id, message.id, 'b'), 'conflict'),
    )
    await changesNothing(talk, () =>
      refusal(core.reactions.add(company.ada, talk.id, message.id, '👍'), 'conflict'),
    )
  })
})

describe('A message of somebody else', () => {
  const authors: [string, (company: Company, talk: Talk) => Promise<void>][] = [
    ['a visitor changes no message of an agent', (company, talk) => refused(talk, talk.visitor, company.ada)],
    ['an agent changes no message of a visitor', (company, talk) => refused(talk, company.ada, talk.visitor)],
    [
      'an admin changes no message of a visitor',
      (company, talk) => refused(talk, company.admin, talk.visitor),
    ],
    [
      'an agent changes no message of another agent',
      (company, talk) => refused(talk, company.bob, company.ada),
    ],
  ]

  async function refused(talk: Talk, as: Parameters<Talk['say']>[0], author: Parameters<Talk['say']>[0]) {
    const { core } = talk.company
    const message = await talk.say(author, 'mine')
    await changesNothing(talk, () =>
      refusal(core.messages.edit(as, talk.id, message.id, 'yours'), 'forbidden'),
    )
    await changesNothing(talk, () => refusal(core.messages.remove(as, talk.id, message.id), 'forbidden'))
  }

  test.each(authors)('stays: %s', async (_, check) => {
    const company = await newCompany(instance())
    await check(company, await company.served())
  })

  test('is changed by who manages the app, when it is of their side', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const message = await talk.say(company.ada, 'mine')
    const edited = await eventsEqualState(talk, () =>
      company.core.messages.edit(company.admin, talk.id, message.id, 'ours'),
    )
    expect(edited).toMatchObject({ body: 'ours', senderName: 'Ada' })
  })
})

describe('A guarded send', () => {
  test('that was written before the visitor’s last message comes back with that message, and is not sent', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const seen = await talk.say(talk.visitor, 'one')
    const latest = await talk.say(talk.visitor, 'two')
    const guarded = { body: 'answer to one', expectSequence: seen.sequence ?? 0 }
    const error = await changesNothing(talk, () => refusal(post(talk, guarded, company.ada), 'conflict'))
    expect(error.extras.latest).toEqual(latest)
  })

  test('goes through when only agents wrote since', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const seen = await talk.say(talk.visitor, 'one')
    await talk.say(company.bob, 'me too')
    const guarded = { body: 'answer', expectSequence: seen.sequence ?? 0 }
    await eventsEqualState(talk, () => post(talk, guarded, company.ada))
  })

  test('that is sent twice is not refused the second time', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const guarded = { localId: 'guarded', body: 'answer', expectSequence: 0 }
    const first = await post(talk, guarded, company.ada)
    await talk.say(talk.visitor, 'thanks')
    const again = await changesNothing(talk, () => post(talk, guarded, company.ada))
    expect(again).toMatchObject({ created: false, message: { id: first.message.id } })
  })
})

describe('A note', () => {
  test('takes no sequence, and stands after the message that was the last', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const before = await eventsEqualState(talk, () => talk.note('new customer'))
    await talk.say(talk.visitor, 'one')
    const note = await eventsEqualState(talk, () => talk.note('knows the product'))
    await talk.say(company.ada, 'two')
    expect(before).toMatchObject({ sequence: null, afterSequence: 0, internal: true })
    expect(note).toMatchObject({ sequence: null, afterSequence: 1, internal: true })
    const bodies = (await talk.history()).map(({ body }) => body)
    expect(bodies).toEqual(['new customer', 'one', 'knows the product', 'two'])
  })

  test('reaches no visitor, by any way there is', async () => {
    const company = await newCompany(instance())
    const { core, ada } = company
    const talk = await company.served()
    await talk.say(talk.visitor, 'hello')
    const { id: file } = await core.attachments.upload(ada, pixel)
    const { revision } = (await talk.view()).conversation
    const { message: note } = await post(talk, { body: 'whisper', internal: true, attachments: [file] }, ada)
    await core.messages.edit(ada, talk.id, note.id, 'whispered')
    await core.reactions.add(ada, talk.id, note.id, '🤫')
    const { visitor } = talk

    const seen = await Promise.all([
      core.history.page(visitor, talk.id, { limit: 50 }),
      core.history.page(visitor, talk.id, { afterSequence: 0, limit: 50 }),
      core.history.page(visitor, talk.id, { beforeSequence: 9, limit: 50 }),
      core.history.page(visitor, talk.id, { after: 0, limit: 50 }),
      core.history.page(visitor, talk.id, { afterRevision: revision, limit: 50 }),
      core.history.page(visitor, talk.id, { afterRevision: 0, limit: 50 }),
      core.history.join(visitor, talk.id, revision),
      core.history.join(visitor, talk.id),
      core.conversations.get(visitor, talk.id),
      core.conversations.listOwn(visitor, { limit: 10 }),
    ])
    expect(JSON.stringify(seen)).not.toMatch(/whisper|🤫/)
    expect((await core.conversations.get(visitor, talk.id)).unread.contact).toBe(0)
    await refusal(core.history.one(visitor, talk.id, note.id), 'not_found')
    await refusal(core.messages.edit(visitor, talk.id, note.id, 'x'), 'not_found')
    await refusal(core.messages.remove(visitor, talk.id, note.id), 'not_found')
    await refusal(core.reactions.add(visitor, talk.id, note.id, '👍'), 'not_found')
    await refusal(core.reactions.remove(visitor, talk.id, note.id, '🤫'), 'not_found')
    await refusal(post(talk, { body: 'a', replyTo: note.id }), 'not_found')
    await refusal(post(talk, { body: 'a', attachments: [file] }), 'not_found')
  })

  test('is written by agents only, and changed and deleted like a message', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    await changesNothing(talk, () => refusal(post(talk, { body: 'a', internal: true }), 'forbidden'))
    const note = await talk.note('draft')
    await eventsEqualState(talk, () => company.core.messages.edit(company.ada, talk.id, note.id, 'final'))
    await eventsEqualState(talk, () => company.core.reactions.add(company.bob, talk.id, note.id, '👀'))
    await eventsEqualState(talk, () => company.core.messages.remove(company.ada, talk.id, note.id))
    expect(await talk.history(talk.visitor)).toEqual([])
  })

  test('is found by agents who search, also after an edit, and no longer when it is deleted', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const found = async (text: string) =>
      (await company.core.conversations.list(company.ada, { text, limit: 5 })).map(
        ({ conversation }) => conversation.id,
      )
    const note = await talk.note('likes zebras')
    expect(await found('zebras')).toEqual([talk.id])
    await company.core.messages.edit(company.ada, talk.id, note.id, 'likes giraffes')
    expect([await found('zebras'), await found('giraffes')]).toEqual([[], [talk.id]])
    await company.core.messages.remove(company.ada, talk.id, note.id)
    expect(await found('giraffes')).toEqual([])
  })
})

describe('Reactions', () => {
  test('are one emoji by one person on one message', async () => {
    const company = await newCompany(instance())
    const { reactions } = company.core
    const talk = await company.served()
    const { id } = await talk.say(company.ada, 'done')
    await eventsEqualState(talk, () => reactions.add(talk.visitor, talk.id, id, '👍'))
    await changesNothing(talk, () => reactions.add(talk.visitor, talk.id, id, '👍'))
    await eventsEqualState(talk, () => reactions.add(talk.visitor, talk.id, id, '🎉'))
    const both = await eventsEqualState(talk, () => reactions.add(company.bob, talk.id, id, '👍'))
    expect(both.reactions.map(({ emoji, type }) => `${type} ${emoji}`).toSorted()).toEqual([
      'agent 👍',
      'contact 🎉',
      'contact 👍',
    ])
    await eventsEqualState(talk, () => reactions.remove(talk.visitor, talk.id, id, '👍'))
    await changesNothing(talk, () => reactions.remove(talk.visitor, talk.id, id, '👍'))
  })

  test.each(['a', '', '👍👍', '<b>', 'ok 👍', '\u0000'])('are no other text: %j', async (emoji) => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const { id } = await talk.say(company.ada, 'done')
    await changesNothing(talk, () =>
      refusal(company.core.reactions.add(talk.visitor, talk.id, id, emoji), 'invalid_request'),
    )
  })

  test.each(['❤️', '👩‍👩‍👧', '🇩🇪', '👍🏽', '1️⃣', '✅'])('take %s', async (emoji) => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const { id } = await talk.say(company.ada, 'done')
    const reacted = await eventsEqualState(talk, () =>
      company.core.reactions.add(talk.visitor, talk.id, id, emoji),
    )
    expect(reacted.reactions).toMatchObject([{ emoji, type: 'contact' }])
  })
})

const pixel = {
  name: 'C:\\photos\\pixel.gif',
  content: Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
}

describe('An attachment', () => {
  test('is what its content says, hangs on one message, and opens by a link that ends', async () => {
    const company = await newCompany(instance())
    const { attachments } = company.core
    const talk = await company.served()
    const file = await attachments.upload(talk.visitor, pixel)
    expect(file).toMatchObject({ name: 'pixel.gif', mimeType: 'image/gif', width: 1, height: 1, size: 42 })
    const { message } = await eventsEqualState(talk, () => post(talk, { attachments: [file.id] }))
    expect(message.attachments).toMatchObject([{ id: file.id }])
    await changesNothing(talk, () => refusal(post(talk, { attachments: [file.id] }), 'conflict'))

    const link = attachments.sign(file.id)
    const opened = await attachments.open(file.id, link)
    expect(Buffer.from(opened.content)).toEqual(pixel.content)
    for (const wrong of ['', 'a.b', `${link}x`, link.replace(/^\d/, '9'), attachments.sign('att_other')])
      await refusal(attachments.open(file.id, wrong), 'not_found')
    instance().clock.advance(3_600_001)
    await refusal(attachments.open(file.id, link), 'not_found')
  })

  test('is one of several, which stand in the order of their upload', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const [first, second, third] = [await upload(talk), await upload(talk), await upload(talk)]
    const { message } = await eventsEqualState(talk, () =>
      post(talk, { attachments: [third, first, second] }),
    )
    expect(message.attachments.map(({ id }) => id)).toEqual([first, second, third])
  })

  test('of another person or another app is not there', async () => {
    const [company, other] = await Promise.all([newCompany(instance()), newCompany(instance())])
    const [talk, neighbour, stranger] = [await company.served(), await company.served(), await other.served()]
    for (const owner of [neighbour, stranger]) {
      const file = await upload(owner)
      await changesNothing(talk, () => refusal(post(talk, { attachments: [file] }), 'not_found'))
    }
  })

  test.each([
    ['an empty file', new Uint8Array(), 'invalid_request'],
    ['a file over 10 MiB', new Uint8Array(10 * 1024 * 1024 + 1), 'payload_too_large'],
  ])('is not %s', async (_, content, code) => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const error = await refusal(company.core.attachments.upload(talk.visitor, { name: 'a', content }))
    expect(error.code).toBe(code)
  })

  test('that a browser would run is plain text, under a name without tricks', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const page = { name: '../../etc/\u202egpj.html\n', content: Buffer.from('<script>alert(1)</script>') }
    const file = await company.core.attachments.upload(talk.visitor, page)
    expect(file).toMatchObject({ name: 'gpj.html', mimeType: 'text/plain' })
  })

  const upload = async (talk: Talk) => (await talk.company.core.attachments.upload(talk.visitor, pixel)).id
})
