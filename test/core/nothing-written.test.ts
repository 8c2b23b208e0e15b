import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '../../src/server/core/errors.js'
import { settleConfigured } from '../../src/server/core/outbox/configured.js'
import { openStore } from '../../src/server/store/index.js'
import { eachDatabase, temporaryFolder } from '../helpers/databases.js'
import { type Company, newCompany } from './company.js'
import { openTestInstance, refusal, type TestInstance } from './instance.js'

/** A store as it is on a full disk. The disk itself is filled in `npm run faults -- full-disk`. */
async function openUnwritable(databaseUrl: string) {
  const store = await openStore({ databaseUrl, dataFolder: temporaryFolder() })
  const refuse = async () => {
    throw new AppError('unavailable', 'The disk of the database is full.')
  }
  return Object.assign(store, { transaction: refuse, indexForSearch: refuse })
}

eachDatabase('While nothing can be written', (database) => {
  let before: TestInstance
  let full: TestInstance
  let company: Company

  beforeAll(async () => {
    const databaseUrl = await database.url()
    before = await openTestInstance(databaseUrl)
    company = await newCompany(before)
    full = await openTestInstance(databaseUrl, {}, async () => ({ store: await openUnwritable(databaseUrl) }))
  })
  afterAll(async () => {
    await full[Symbol.asyncDispose]()
    await before[Symbol.asyncDispose]()
  })

  test('a visitor who comes back sees the open conversation and reads it', async () => {
    const visitor = await company.core.visitors.recognise(company.app, 'phone', { name: 'Zoe' })
    const talk = await company.waiting(visitor)
    await talk.say(visitor, 'hello')
    const { core } = full
    const back = await core.visitors.recognise(company.app, 'phone', { name: 'Zoe L.' }, { platform: 'ios' })
    expect(back.contact).toEqual(visitor.contact)
    const { view, created } = await core.conversations.start(back, {})
    expect({ id: view.conversation.id, created }).toEqual({ id: talk.id, created: false })
    const { messages } = await core.history.page(back, talk.id, { limit: 10 })
    expect(messages.map(({ body }) => body)).toEqual(['hello'])
  })

  test('a signed-in visitor is let in on a device of theirs, and on no other', async () => {
    const { contact } = await company.core.visitors.recognise(company.app, 'desk', { id: 'user-1' })
    const { visitors } = full.core
    expect((await visitors.recognise(company.app, 'desk', { id: 'user-1' })).contact).toEqual(contact)
    await refusal(visitors.recognise(company.app, 'desk', { id: 'user-2' }), 'unavailable')
    await refusal(visitors.recognise(company.app, 'another', { id: 'user-1' }), 'unavailable')
    await refusal(visitors.recognise(company.app, 'new'), 'unavailable')
  })

  test('a server starts, because what it finds settled is not written again', async () => {
    await settleConfigured(full.context, null)
  })

  test('a new conversation is refused', async () => {
    const visitor = await company.visitor()
    await refusal(full.core.conversations.start(visitor, {}), 'unavailable')
  })

  test('a search finds what is indexed', async () => {
    const talk = await company.waiting()
    await talk.say(talk.visitor, 'a parcel went astray')
    const search = { text: 'astray', limit: 10 }
    expect(await company.core.conversations.list(company.ada, search)).toHaveLength(1)
    const found = await full.core.conversations.list(company.ada, search)
    expect(found.map(({ conversation }) => conversation.id)).toEqual([talk.id])
  })
})
