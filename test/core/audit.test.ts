import { expect, test } from 'vitest'
import { type Company, newCompany, type Talk } from './company.js'
import { refusal, sharedInstance } from './instance.js'

const instance = sharedInstance()

/** What is done, and what the audit log says of it. */
const deeds: [string, (company: Company, talk: Talk) => Promise<unknown>][] = [
  [
    'conversation.claim',
    ({ core, bob }, { id }) => core.queue.release(bob, id).then(() => core.queue.claim(bob, id)),
  ],
  ['conversation.release', ({ core, bob }, { id }) => core.queue.release(bob, id)],
  ['conversation.transfer', ({ core, bob }, { id }) => core.queue.transfer(bob, id, { reason: 'billing' })],
  ['conversation.prioritise', ({ core, bob }, { id }) => core.queue.prioritise(bob, id, 'high')],
  ['conversation.close', ({ core, bob }, { id }) => core.lifecycle.close(bob, id)],
  [
    'conversation.snooze',
    ({ core, bob }, { id }) => core.lifecycle.snooze(bob, id, instance().clock.now() + 1_000),
  ],
  [
    'conversation.update',
    ({ core, bob }, { id }) => core.conversations.update(bob, id, { subject: 'Refund' }),
  ],
  ['conversation.tag', ({ core, bob }, { id }) => core.conversations.addTag(bob, id, 'vip')],
  [
    'contact.update',
    ({ core, bob }, { visitor }) => core.contacts.update(bob, visitor.contact.id, { name: 'Zoe' }),
  ],
  ['contact.delete', ({ core, admin }, { visitor }) => core.contacts.remove(admin, visitor.contact.id)],
  ['agent.add', ({ core, admin }) => core.agents.add(admin, { email: 'new@company.example', name: 'New' })],
  ['agent.change', ({ core, admin, bob }) => core.agents.setMembership(admin, bob.agent.id, { capacity: 2 })],
  ['agent.remove', ({ core, admin, ada }) => core.agents.remove(admin, ada.agent.id)],
  ['key.create', ({ core, owner }) => core.keys.create(owner, { kind: 'secret' })],
  [
    'canned.create',
    ({ core, admin }) => core.cannedReplies.create(admin, { name: 'a', text: 'b', shared: true }),
  ],
  [
    'canned.update',
    async ({ core, admin }) => {
      const { id } = await core.cannedReplies.create(admin, { name: 'c', text: 'd', shared: true })
      return core.cannedReplies.update(admin, id, { name: 'c', text: 'e' })
    },
  ],
  ['app.update', ({ core, owner }) => core.apps.update(owner, { settings: { reopenWindowDays: 2 } })],
]

const log = (company: Company) => company.core.audit.list(company.admin, { limit: 50 })

test.each(deeds)('%s stands in the audit log with who did it and when', async (action, act) => {
  const company = await newCompany(instance())
  const talk = await company.served(company.bob)
  const before = (await log(company)).length
  instance().clock.advance(1_000)
  await act(company, talk)
  const [entry] = await log(company)
  expect((await log(company)).length).toBeGreaterThan(before)
  expect(entry).toMatchObject({ action, actorType: 'agent', at: instance().clock.now() })
  expect(entry?.actorName).toMatch(/^(Bob|Adam|Olga)$/)
})

test('What is refused is not in the audit log', async () => {
  const company = await newCompany(instance())
  const talk = await company.served()
  const before = await log(company)
  await refusal(company.core.queue.claim(company.bob, talk.id), 'conflict')
  await refusal(company.core.lifecycle.reopen(company.ada, talk.id), 'conflict')
  await refusal(company.core.keys.list(company.admin), 'forbidden')
  expect(await log(company)).toEqual(before)
})

test('The audit log holds no secret', async () => {
  const company = await newCompany(instance())
  const { core, owner } = company
  const key = await core.keys.create(owner, { kind: 'secret' })
  await core.apps.update(owner, { identitySecret: 'a new identity secret' })
  await core.agents.add(owner, { email: 'x@company.example', name: 'X', password: 'a new password' })
  const text = JSON.stringify(await log(company))
  for (const secret of [key.value, 'a new identity secret', 'a new password'])
    expect(text).not.toContain(secret)
})

test('The audit log is read page by page, newest first, and by action', async () => {
  const company = await newCompany(instance())
  const talk = await company.waiting()
  for (const tag of ['a', 'b', 'c']) await company.core.conversations.addTag(company.ada, talk.id, tag)
  const { audit } = company.core
  const first = await audit.list(company.admin, { limit: 2 })
  const second = await audit.list(company.admin, { limit: 2, beforeKey: first.at(-1)?.key })
  expect([...first, ...second].map(({ action }) => action)).toEqual([
    'conversation.tag',
    'conversation.tag',
    'conversation.tag',
    'app.create',
  ])
  expect(await audit.list(company.admin, { limit: 9, action: 'app.create' })).toHaveLength(1)
})
