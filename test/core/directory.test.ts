import { expect, test, vi } from 'vitest'
import type { AppError } from '../../src/server/core/errors.js'
import type { HostUser } from '../../src/server/core/members/profiles.js'
import type { Member } from '../../src/server/core/principal.js'
import { eachDatabase } from '../helpers/databases.js'
import { type Claims, signHostToken } from '../helpers/host.js'
import { until } from '../helpers/until.js'
import { type Company, newCompany } from './company.js'
import { eventsSince } from './events-since.js'
import { refusal, sharedInstance } from './instance.js'

eachDatabase('The directory', (database) => {
  const instance = sharedInstance(database)
  const seconds = () => instance().clock.now() / 1000

  /** A token of the host for a user of a company. */
  const tokenOf = ({ app }: Company, userId: unknown, claims: Claims = {}) =>
    signHostToken({
      sub: userId as string,
      app_id: app.id,
      iat: seconds(),
      exp: seconds() + 3_600,
      ...claims,
    })

  const memberOf = async (company: Company, userId: string, claims?: Claims): Promise<Member> =>
    (await company.core.directory.memberByToken(await tokenOf(company, userId, claims))).member

  const zoe: HostUser = { externalUserId: 'zoe', name: 'Zoe' }

  test('makes a contact of a user who comes for the first time, and finds it again', async () => {
    const company = await newCompany(instance())
    const { directory, contacts } = company.core
    const token = await tokenOf(company, 'zoe', { name: ' Zoe ' })
    const { member, expiresAt } = await directory.memberByToken(token)
    expect(member).toMatchObject({ type: 'member', app: { id: company.app.id } })
    expect(member.contact).toMatchObject({ externalId: 'zoe', name: 'Zoe' })
    expect(expiresAt).toBe(instance().clock.now() + 3_600_000)
    const again = await memberOf(company, 'zoe', { name: 'Somebody else' })
    expect(again.contact).toBe(member.contact)
    expect(await contacts.list(company.viewer, { limit: 10 })).toMatchObject([
      { externalId: 'zoe', name: 'Zoe' },
    ])
  })

  test('makes one contact when all devices of a user come at once', async () => {
    const company = await newCompany(instance())
    const members = await Promise.all(
      Array.from({ length: 12 }, (_, device) => memberOf(company, 'zoe', { jti: `${device}` })),
    )
    expect(new Set(members.map(({ contact }) => contact.id)).size).toBe(1)
    expect(await company.core.contacts.list(company.viewer, { limit: 10 })).toHaveLength(1)
  })

  test('names a user by the token who has no name, and never one who has', async () => {
    const company = await newCompany(instance())
    const nameless = await memberOf(company, 'zoe')
    expect(nameless.contact.name).toBeNull()
    await memberOf(company, 'zoe', { name: 'Zoe' })
    expect(nameless.contact.name).toBe('Zoe')
    await memberOf(company, 'zoe', { name: 'x'.repeat(300) })
    expect(nameless.contact.name).toBe('Zoe')
    expect((await memberOf(company, 'max', { name: '😀'.repeat(300) })).contact.name).toBe('😀'.repeat(200))
  })

  test('is not asked again for a token that it has seen a moment ago', async () => {
    const company = await newCompany(instance())
    const { directory } = company.core
    const token = await tokenOf(company, 'zoe', { exp: seconds() + 40 })
    await directory.memberByToken(token)
    const verify = vi.spyOn(instance().context.hostTokens, 'verify')
    for (let time = 0; time < 10; time++) await directory.memberByToken(token)
    expect(verify).not.toHaveBeenCalled()
    instance().clock.advance(30_000)
    await directory.memberByToken(token)
    expect(verify).toHaveBeenCalledTimes(1)
    instance().clock.advance(10_000)
    await refusal(directory.memberByToken(token), 'unauthorized')
    verify.mockRestore()
  })

  test.each<[string, unknown]>([
    ['is empty', ''],
    ['has more than 128 characters', 'x'.repeat(129)],
    ['holds a control character', 'zoe\n'],
    ['holds U+0000', 'z\u0000oe'],
    ['begins with a space', ' zoe'],
  ])('refuses a user whose id %s', async (_title, id) => {
    const company = await newCompany(instance())
    const { directory } = company.core
    await refusal(directory.memberByToken(await tokenOf(company, id)), 'unauthorized')
    await refusal(directory.sync(company.app, { ...zoe, externalUserId: id as string }), 'invalid_request')
    expect(await company.core.contacts.list(company.viewer, { limit: 10 })).toEqual([])
  })

  test('takes ids as long as 128 characters of any script', async () => {
    const company = await newCompany(instance())
    const id = '利用者😀'.repeat(32)
    expect((await memberOf(company, id)).contact.externalId).toBe(id)
  })

  test('knows a user in the app that the token names, and in the first one when it names none', async () => {
    const [company, other] = [await newCompany(instance()), await newCompany(instance())]
    const { directory } = company.core
    const here = await memberOf(company, 'zoe')
    const there = await memberOf(other, 'zoe')
    expect(there.contact.id).not.toBe(here.contact.id)
    const [first] = await company.core.apps.list()
    const nowhere = await directory.memberByToken(await tokenOf(company, 'zoe', { app_id: undefined }))
    expect(nowhere.member.app.id).toBe(first?.id)
    await refusal(
      directory.memberByToken(await tokenOf(company, 'zoe', { app_id: 'app_of_nobody' })),
      'unauthorized',
    )
    expect((await directory.appOf()).id).toBe(first?.id)
    expect((await directory.appOf(other.app.id)).id).toBe(other.app.id)
    for (const id of ['app_of_nobody', 'app_\u0000', 'app_\ud800'])
      await refusal(directory.appOf(id), 'not_found')
  })

  test('lets a server act for the users of its own app, and for nobody else', async () => {
    const [company, other] = [await newCompany(instance()), await newCompany(instance())]
    const { directory } = company.core
    await directory.sync(company.app, zoe)
    const member = await directory.actingFor(company.server, 'zoe')
    expect(member).toMatchObject({ type: 'member', contact: { externalId: 'zoe', name: 'Zoe' } })
    await refusal(directory.actingFor(other.server, 'zoe'), 'not_found')
    for (const id of ['max', 'z\u0000oe', '\ud800', '']) {
      await refusal(directory.actingFor(company.server, id), 'not_found')
      await refusal(directory.user(company.app, id), 'not_found')
    }
    await refusal(directory.user(other.app, 'zoe'), 'not_found')
    await directory.remove(other.app, 'zoe')
    expect(await directory.user(company.app, 'zoe')).toMatchObject({ name: 'Zoe' })
  })

  test('adds a user and changes what the host says of them', async () => {
    const company = await newCompany(instance())
    const { directory } = company.core
    const full = { ...zoe, email: 'Zoe@Shop.Example', avatar: 'https://shop.example/zoe.png' }
    const added = await directory.sync(company.app, { ...full, attributes: { plan: 'gold' } })
    expect(added).toMatchObject({ name: 'Zoe', email: 'zoe@shop.example', attributes: { plan: 'gold' } })
    expect(added.lastSeenAt).toBeNull()
    instance().clock.advance(1_000)
    const renamed = await directory.sync(company.app, { ...zoe, name: ' Zoë\u0000 ', email: null })
    expect(renamed).toMatchObject({ key: added.key, name: 'Zoë', email: null, avatar: full.avatar })
    expect(renamed.attributes).toEqual({ plan: 'gold' })
    expect(await directory.user(company.app, 'zoe')).toEqual(renamed)
  })

  test('writes nothing when nothing is different', async () => {
    const company = await newCompany(instance())
    const { directory } = company.core
    const user = { ...zoe, attributes: { plan: 'gold', since: 2020 } }
    const added = await directory.sync(company.app, user)
    instance().clock.advance(1_000)
    expect(await directory.sync(company.app, user)).toEqual(added)
  })

  test('tells those who watch a conversation of the user, and the connections, the new name', async () => {
    const company = await newCompany(instance())
    const { directory, conversations } = company.core
    const member = await memberOf(company, 'zoe', { name: 'Zoe' })
    const visitor = { ...(await company.visitor()), contact: member.contact }
    const talk = await company.waiting(visitor)
    instance().events.length = 0
    await directory.sync(company.app, { ...zoe, name: 'Zoë' })
    await until('the new name is told', () =>
      instance().events.some(
        (event) => event.type === 'conversation.updated' && event.view.contact?.name === 'Zoë',
      ),
    )
    expect(member.contact.name).toBe('Zoë')
    expect((await conversations.get(company.viewer, talk.id)).contact?.name).toBe('Zoë')
  })

  test.each<[string, Partial<Record<keyof HostUser, unknown>>]>([
    ['without a name', { name: undefined }],
    ['with a blank name', { name: ' ' }],
    ['with a name of more than 200 characters', { name: 'x'.repeat(201) }],
    ['with a name that is no text', { name: 7 }],
    ['with an address that is none', { email: 'at home' }],
    ['with an avatar that is no text', { avatar: {} }],
    ['with attributes that are a list', { attributes: [] }],
    ['with attributes of more than 16 KiB', { attributes: { text: 'x'.repeat(16 * 1024) } }],
    ['without an id', { externalUserId: undefined }],
  ])('refuses a user %s, and changes nothing', async (_title, fields) => {
    const company = await newCompany(instance())
    const { directory } = company.core
    const before = await directory.sync(company.app, zoe)
    await refusal(directory.sync(company.app, { ...zoe, ...fields } as HostUser), 'invalid_request')
    expect(await directory.user(company.app, 'zoe')).toEqual(before)
  })

  test('takes 1,000 users in a few transactions, and refuses 1,001', async () => {
    const company = await newCompany(instance())
    const { directory } = company.core
    const users = Array.from({ length: 1_000 }, (_, index) => ({
      externalUserId: `user-${index}`,
      name: `User ${index}`,
    }))
    const transaction = vi.spyOn(instance().context.store, 'transaction')
    const results = await directory.syncMany(company.app, users)
    expect(transaction.mock.calls.length).toBeLessThanOrEqual(10)
    transaction.mockRestore()
    expect(results.map(({ externalUserId, ok }) => [externalUserId, ok])).toEqual(
      users.map(({ externalUserId }) => [externalUserId, true]),
    )
    expect(await directory.user(company.app, 'user-999')).toMatchObject({ name: 'User 999' })
    const oneMore = [...users, { externalUserId: 'user-1000', name: 'One more' }]
    await refusal(directory.syncMany(company.app, oneMore), 'invalid_request')
    await refusal(directory.user(company.app, 'user-1000'), 'not_found')
  })

  test('refuses the bad rows of a batch and takes the others', async () => {
    const company = await newCompany(instance())
    const { directory } = company.core
    const rows: unknown[] = [
      zoe,
      { externalUserId: 'max' },
      null,
      'text',
      { externalUserId: 7, name: 'Seven' },
      { externalUserId: 'ann', name: 'Ann' },
      { externalUserId: 'ann', name: 'Anna' },
      { externalUserId: 'bad', name: 'Bad', email: 'x' },
    ]
    const results = await directory.syncMany(company.app, rows as HostUser[])
    expect(results.map(({ externalUserId, ok }) => [externalUserId, ok])).toEqual([
      ['zoe', true],
      ['max', false],
      ['', false],
      ['', false],
      ['', false],
      ['ann', true],
      ['ann', true],
      ['bad', false],
    ])
    const errors = results.flatMap((result): AppError[] => (result.ok ? [] : [result.error]))
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['invalid_request']))
    expect(await directory.user(company.app, 'ann')).toMatchObject({ name: 'Anna' })
    await refusal(directory.user(company.app, 'bad'), 'not_found')
  })

  test('takes batches that come at once for the same users', async () => {
    const company = await newCompany(instance())
    const users = Array.from({ length: 150 }, (_, index) => ({
      externalUserId: `user-${index}`,
      name: `User ${index}`,
    }))
    const { directory, contacts } = company.core
    await Promise.all([
      directory.syncMany(company.app, users),
      directory.syncMany(company.app, users.toReversed()),
      directory.syncMany(company.app, users),
    ])
    expect(await contacts.list(company.viewer, { limit: 500 })).toHaveLength(150)
  })

  test('leaves of a user whom the host deleted the messages, and nothing that says who it was', async () => {
    const company = await newCompany(instance())
    const { directory, contacts, visitors, audit } = company.core
    const full = { ...zoe, email: 'zoe@shop.example', avatar: 'https://shop.example/zoe.png' }
    const { key, id } = await directory.sync(company.app, { ...full, attributes: { plan: 'gold' } })
    const member = await memberOf(company, 'zoe')
    const visitor = await visitors.recognise(company.app, `device of ${id}`)
    const { store } = instance().context
    const device = await store.read.contacts.device(company.app.key, visitor.deviceId)
    if (device === undefined) throw new Error('The visitor has no device.')
    await store.transaction((transaction) => transaction.contacts.saveDevice({ ...device, contactKey: key }))
    visitors.forgetAll()
    const own = await visitors.recognise(company.app, visitor.deviceId)
    expect(own.contact.id).toBe(id)
    const talk = await company.served(company.ada, own)
    await talk.say(own, 'This stays')
    await directory.remove(company.app, 'zoe')
    expect(await store.read.contacts.byKey(key)).toMatchObject({
      id,
      externalId: null,
      name: 'Deleted user',
      email: null,
      phone: null,
      avatar: null,
      attributes: {},
      lastSeenAt: null,
      deletedAt: instance().clock.now(),
    })
    expect(await store.read.contacts.devices(key)).toEqual([])
    expect(await contacts.list(company.viewer, { limit: 10 })).not.toContainEqual(
      expect.objectContaining({ id }),
    )
    expect((await talk.view()).conversation.status).toBe('closed')
    const said = (await talk.history()).find(({ body }) => body === 'This stays')
    expect(said).toMatchObject({ senderId: id, senderName: 'Deleted user' })
    expect(await audit.list(company.owner, { limit: 5, action: 'user.delete' })).toMatchObject([
      { target: id },
    ])
    await refusal(directory.user(company.app, 'zoe'), 'not_found')
    await refusal(directory.actingFor(company.server, 'zoe'), 'not_found')
    expect(member.contact.id).toBe(id)
  })

  test('ends the connections of a deleted user', async () => {
    const company = await newCompany(instance())
    const { directory } = company.core
    const member = await memberOf(company, 'zoe')
    await directory.remove(company.app, 'zoe')
    expect(instance().events).toContainEqual({
      type: 'access.changed',
      appKey: company.app.key,
      appId: company.app.id,
      keyId: null,
      agentKey: null,
      contactKey: member.contact.key,
    })
  })

  test('refuses tokens from before a deletion until the host has the user again', async () => {
    const company = await newCompany(instance())
    const { directory } = company.core
    const before = await tokenOf(company, 'zoe')
    const undated = await tokenOf(company, 'zoe', { iat: undefined })
    const { member } = await directory.memberByToken(before)
    await directory.memberByToken(undated)
    instance().clock.advance(5_000)
    await directory.remove(company.app, 'zoe')
    const sameSecond = await tokenOf(company, 'zoe', { jti: 'same second' })
    for (const token of [before, undated, sameSecond])
      await refusal(directory.memberByToken(token), 'unauthorized')
    instance().clock.advance(1_000)
    const after = await directory.memberByToken(await tokenOf(company, 'zoe'))
    expect(after.member.contact.id).not.toBe(member.contact.id)
    await refusal(directory.memberByToken(before), 'unauthorized')
    await directory.sync(company.app, zoe)
    expect((await directory.memberByToken(before)).member.contact.id).toBe(after.member.contact.id)
  })

  test('deletes a user who was never here, so that a token made before opens nothing', async () => {
    const company = await newCompany(instance())
    const { directory } = company.core
    const token = await tokenOf(company, 'ann')
    await directory.remove(company.app, 'ann')
    await directory.remove(company.app, 'ann')
    await refusal(directory.memberByToken(token), 'unauthorized')
    await refusal(directory.user(company.app, 'ann'), 'not_found')
  })

  test('forgets who came with a token when staff merge or delete the contact', async () => {
    const company = await newCompany(instance())
    const { directory, contacts } = company.core
    const token = await tokenOf(company, 'zoe')
    const { member } = await directory.memberByToken(token)
    const { contact: kept } = await company.visitor()
    await contacts.merge(company.admin, kept.id, member.contact.id)
    expect((await directory.memberByToken(token)).member.contact.id).toBe(kept.id)
    await contacts.remove(company.admin, kept.id)
    expect((await directory.memberByToken(token)).member.contact.id).not.toBe(kept.id)
  })

  test('tells those outside of users who are new, changed and deleted, in the order of the changes', async () => {
    const company = await newCompany(instance())
    const { directory, events } = company.core
    const { cursor } = await events.page(company.server, { limit: 1 })
    await memberOf(company, 'max', { name: 'Max' })
    await directory.sync(company.app, zoe)
    await directory.sync(company.app, zoe)
    await directory.sync(company.app, { ...zoe, name: 'Zoë' })
    await directory.remove(company.app, 'zoe')
    const told = await eventsSince(company, cursor, company.server)
    expect(told.events.map(({ type, data }) => [type, data.externalId, data.name])).toEqual([
      ['contact.created', 'max', 'Max'],
      ['contact.created', 'zoe', 'Zoe'],
      ['contact.updated', 'zoe', 'Zoë'],
      ['contact.updated', null, 'Deleted user'],
    ])
  })

  test('has no internal API without its secret', async () => {
    const { directory } = (await newCompany(instance())).core
    expect(directory.internal('anything')).toBeNull()
  })
})
