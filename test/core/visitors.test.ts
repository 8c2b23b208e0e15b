import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { eachDatabase } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { type Company, newCompany } from './company.js'
import { refusal, sharedInstance } from './instance.js'

const proof = ({ app }: Company, id: string) =>
  createHmac('sha256', app.identitySecret).update(id).digest('hex')

eachDatabase('A visitor', (database) => {
  const instance = sharedInstance(database)
  const contactsOf = (company: Company) => company.core.contacts.list(company.viewer, { limit: 50 })

  test('is the same person from the same device, and another one in another app', async () => {
    const [company, other] = await Promise.all([newCompany(instance()), newCompany(instance())])
    const { visitors } = company.core
    const first = await visitors.recognise(company.app, 'phone')
    const again = await visitors.recognise(company.app, 'phone', { name: 'Zoe' }, { platform: 'ios' })
    const elsewhere = await visitors.recognise(other.app, 'phone')
    expect(again.contact).toMatchObject({ id: first.contact.id, name: 'Zoe' })
    expect(elsewhere.contact.id).not.toBe(first.contact.id)
    const { devices } = await company.core.contacts.get(company.viewer, first.contact.id)
    expect(devices).toMatchObject([{ deviceId: 'phone', platform: 'ios' }])
  })

  test('is one contact when the first requests of a device come at once', async () => {
    const company = await newCompany(instance())
    const found = await Promise.all(
      Array.from({ length: 10 }, () => company.core.visitors.recognise(company.app, 'tablet')),
    )
    expect(new Set(found.map(({ contact }) => contact.id)).size).toBe(1)
    expect(await contactsOf(company)).toHaveLength(1)
  })

  test('who signs in on several devices at once is one contact', async () => {
    const company = await newCompany(instance())
    const found = await Promise.all(
      ['phone', 'tablet', 'desk', 'watch'].map((device) =>
        company.core.visitors.recognise(company.app, device, { id: 'user-1', name: 'Zoe' }),
      ),
    )
    expect(new Set(found.map(({ contact }) => contact.id)).size).toBe(1)
    expect(await contactsOf(company)).toHaveLength(1)
  })

  test('who signs in brings along what was written before', async () => {
    const company = await newCompany(instance())
    const { visitors, conversations } = company.core
    const known = await visitors.recognise(company.app, 'desk', { id: 'user-1' })
    const anonymous = await visitors.recognise(company.app, 'phone')
    const talk = await company.waiting(anonymous)
    await talk.say(anonymous, 'before')
    const signedIn = await visitors.recognise(company.app, 'phone', { id: 'user-1' })
    expect(signedIn.contact.id).toBe(known.contact.id)
    const own = await conversations.listOwn(signedIn, { limit: 10 })
    expect(own.map(({ conversation }) => conversation.id)).toEqual([talk.id])
    const input = { localId: 'after', body: 'after' }
    await company.core.messages.post(signedIn, talk.id, input)
    expect((await talk.history()).map(({ senderId }) => senderId)).toEqual([
      known.contact.id,
      known.contact.id,
    ])
    expect(await contactsOf(company)).toHaveLength(1)
  })

  test('who sent a message before signing in and sends it again afterwards sends it once', async () => {
    const company = await newCompany(instance())
    const { visitors, messages } = company.core
    await visitors.recognise(company.app, 'desk', { id: 'user-1' })
    const anonymous = await visitors.recognise(company.app, 'phone')
    const talk = await company.waiting(anonymous)
    const first = await messages.post(anonymous, talk.id, { localId: 'a', body: 'hello' })
    const signedIn = await visitors.recognise(company.app, 'phone', { id: 'user-1' })
    const again = await messages.post(signedIn, talk.id, { localId: 'a', body: 'hello' })
    expect(again).toMatchObject({ created: false, message: { id: first.message.id } })
  })

  test('who signs in where another user was signed in sees nothing of the other', async () => {
    const company = await newCompany(instance())
    const { visitors } = company.core
    const first = await visitors.recognise(company.app, 'shared', { id: 'user-1' })
    const talk = await company.waiting(first)
    const second = await visitors.recognise(company.app, 'shared', { id: 'user-2' })
    expect(second.contact.id).not.toBe(first.contact.id)
    expect(await company.core.conversations.listOwn(second, { limit: 10 })).toEqual([])
    await refusal(company.core.conversations.get(second, talk.id), 'not_found')
  })

  test('proves who they are with a hash, where the app asks for it', async () => {
    const company = await newCompany(instance())
    const app = await company.core.apps.update(company.owner, { settings: { requireIdentity: true } })
    const { visitors } = company.core
    const right = proof(company, 'user-1')
    await visitors.recognise(app, 'phone', { id: 'user-1', hash: right })
    await visitors.recognise(app, 'tablet')
    const wrong = [
      '',
      right.slice(2),
      `${right}00`,
      proof(company, 'user-2'),
      'zz',
      right.replace(/^../, 'zz'),
    ]
    for (const hash of [undefined, ...wrong])
      await refusal(visitors.recognise(app, 'desk', { id: 'user-1', hash }), 'unauthorized')
  })

  test('with a wrong hash is refused even where none is asked for', async () => {
    const [company, other] = await Promise.all([newCompany(instance()), newCompany(instance())])
    const { visitors } = company.core
    await visitors.recognise(company.app, 'phone', { id: 'user-1', hash: proof(company, 'user-1') })
    const foreign = { id: 'user-1', hash: proof(other, 'user-1') }
    await refusal(visitors.recognise(company.app, 'phone', foreign), 'unauthorized')
  })
})

eachDatabase('Contacts', (database) => {
  const instance = sharedInstance(database)

  test('that are merged are one person, who can go on from both devices', async () => {
    const company = await newCompany(instance())
    const { core, admin } = company
    const [kept, ended] = [await company.visitor('Zoe'), await company.visitor()]
    const talk = await company.served(company.ada, ended)
    const question = await talk.say(ended, 'hi')
    await core.reactions.add(ended, talk.id, question.id, '👍')
    await core.contacts.update(admin, ended.contact.id, {
      email: 'zoe@company.example',
      attributes: { plan: 'pro' },
    })
    const merged = await core.contacts.merge(admin, kept.contact.id, ended.contact.id)
    expect(merged).toMatchObject({ name: 'Zoe', email: 'zoe@company.example', attributes: { plan: 'pro' } })
    const now = await core.visitors.recognise(company.app, ended.deviceId)
    expect(now.contact.id).toBe(kept.contact.id)
    const answer = await core.messages.post(now, talk.id, { localId: 'b', body: 'there' })
    expect(answer.message).toMatchObject({ sequence: 2, senderId: kept.contact.id })
    await refusal(core.contacts.get(admin, ended.contact.id), 'not_found')
    await refusal(core.contacts.merge(admin, kept.contact.id, kept.contact.id), 'invalid_request')
  })

  test('with an external id each are two people, and are not merged', async () => {
    const company = await newCompany(instance())
    const { visitors, contacts } = company.core
    const first = await visitors.recognise(company.app, 'a', { id: 'user-1' })
    const second = await visitors.recognise(company.app, 'b', { id: 'user-2' })
    await refusal(contacts.merge(company.admin, first.contact.id, second.contact.id), 'conflict')
  })

  test('that are deleted take their conversations, files and places in the queue along', async () => {
    const company = await newCompany(instance())
    const { core, owner } = company
    const talk = await company.waiting()
    const file = await core.attachments.upload(talk.visitor, {
      name: 'a.txt',
      content: Buffer.from('private'),
    })
    await core.messages.post(talk.visitor, talk.id, { localId: 'a', attachments: [file.id] })
    await core.contacts.remove(owner, talk.visitor.contact.id)
    expect(await core.queue.list(owner, { limit: 5 })).toMatchObject({ entries: [], size: 0 })
    expect(await core.conversations.list(owner, { limit: 5 })).toEqual([])
    await refusal(core.conversations.get(owner, talk.id), 'not_found')
    await refusal(core.attachments.open(file.id, core.attachments.sign(file.id)), 'not_found')
    const { files } = instance().context
    await until('the file is gone', async () => (await files.read(file.storageKey)) === null)
    const again = await core.visitors.recognise(company.app, talk.visitor.deviceId)
    expect(again.contact.id).not.toBe(talk.visitor.contact.id)
  })

  test('are found by part of what is known of them', async () => {
    const company = await newCompany(instance())
    const { core, viewer } = company
    const zoe = await core.visitors.recognise(company.app, 'a', {
      id: 'crm-17',
      name: 'Zoé',
      email: 'z@shop.example',
    })
    await company.visitor('Max')
    const find = async (text: string) =>
      (await core.contacts.list(viewer, { text, limit: 5 })).map(({ id }) => id)
    for (const text of ['zo', 'SHOP', 'crm-17', 'é']) expect(await find(text)).toEqual([zoe.contact.id])
    expect(await find('%')).toEqual([])
  })
})
