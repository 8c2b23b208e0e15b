import { beforeAll, describe, expect, test } from 'vitest'
import type { PastTurn } from '../../src/server/core/bot/past-turns.js'
import { AppError } from '../../src/server/core/errors.js'
import type { Role } from '../../src/server/core/model.js'
import { type Action, may, rolesFor } from '../../src/server/core/permissions.js'
import type { Staff } from '../../src/server/core/principal.js'
import { type Company, newCompany, type Talk } from './company.js'
import { afterWaiting, refusal, sharedInstance } from './instance.js'

const instance = sharedInstance()

/** What a call is tried on: a company, and a conversation that Ada serves. */
interface Scene {
  company: Company
  talk: Talk
  /** Fresh ids, made when they are asked for. */
  message(by: Staff): Promise<string>
  key(): Promise<string>
  sharedReply(): Promise<string>
  contact(): Promise<string>
  member(role: Role): Promise<string>
  webhook(): Promise<string>
  delivery(): Promise<string>
}

interface Row {
  action: Action
  call(as: Staff, scene: Scene): Promise<unknown>
  /** What a principal of another app gets: calls that name nothing of an app stay in their own. */
  elsewhere: 'not_found' | 'own app'
  /** A second right that it asks for, which every role with the first one has, but not every key. */
  besides: Action
}

const row = (
  action: Action,
  call: Row['call'],
  elsewhere: Row['elsewhere'] = 'not_found',
  besides = action,
): Row => ({
  action,
  call,
  elsewhere,
  besides,
})
const page = { limit: 10 }
/** A name that never leads anywhere: https://www.rfc-editor.org/rfc/rfc6761#section-6.4 */
const receiver = 'https://receiver.invalid/'

/** A turn of a bot that the companies here do not have. */
const pastTurn: PastTurn = {
  conversationId: 'conv_a',
  turnId: 'turn_a',
  sequence: 1,
  asked: 'hello',
  outcome: 'answered',
  text: 'hello',
  subject: { id: 'conv_a', channel: 'web', metadata: {}, botContext: null },
  history: [],
}

/** Every function of the core that staff may call, and the right that it asks for. */
const table: Record<string, Row> = {
  'agents.list': row('app.read', (as, { company }) => company.core.agents.list(as), 'own app'),
  'agents.member': row('app.read', (as, { company }) => company.core.agents.member(as, company.bob.agent.id)),
  'agents.add': row(
    'app.manage',
    (as, { company }) => company.core.agents.add(as, newcomer('agent')),
    'own app',
  ),
  'agents.add as admin': row(
    'app.own',
    (as, { company }) => company.core.agents.add(as, newcomer('admin')),
    'own app',
  ),
  'agents.setMembership': row('app.manage', async (as, { company, member }) =>
    company.core.agents.setMembership(as, await member('agent'), { role: 'viewer' }),
  ),
  'agents.setMembership to admin': row('app.own', async (as, { company, member }) =>
    company.core.agents.setMembership(as, await member('agent'), { role: 'admin' }),
  ),
  'agents.setMembership of an admin': row('app.own', async (as, { company, member }) =>
    company.core.agents.setMembership(as, await member('admin'), { role: 'agent' }),
  ),
  'agents.remove': row('app.manage', async (as, { company, member }) =>
    company.core.agents.remove(as, await member('agent')),
  ),
  'agents.remove an owner': row('app.own', async (as, { company, member }) =>
    company.core.agents.remove(as, await member('owner')),
  ),
  'apps.update': row(
    'app.own',
    (as, { company }) => company.core.apps.update(as, { name: 'New name' }),
    'own app',
  ),
  'apps.remove': row(
    'app.own',
    async (as) => {
      const { core, operator } = await newCompany(instance())
      return core.apps.remove({ ...as, app: operator.app })
    },
    'own app',
  ),
  'attachments.upload': row(
    'conversation.serve',
    (as, { company }) => company.core.attachments.upload(as, { name: 'a', content: Buffer.from('a') }),
    'own app',
  ),
  'audit.list': row('app.manage', (as, { company }) => company.core.audit.list(as, page), 'own app'),
  'bot.settings': row('app.manage', (as, { company }) => company.core.bot.settings(as), 'own app'),
  'bot.configure': row('app.manage', (as, { company }) => company.core.bot.configure(as, null), 'own app'),
  'botRehearsals.try': row(
    'app.manage',
    (as, { company }) =>
      company.core.botRehearsals.try(as, 'hello', { callTools: false, signal: AbortSignal.abort() }),
    'own app',
  ),
  'botRehearsals.past': row('app.manage', (as, { company, talk }) =>
    company.core.botRehearsals.past(as, talk.id),
  ),
  'botRehearsals.replay': row(
    'app.manage',
    (as, { company }) => company.core.botRehearsals.replay(as, pastTurn, { signal: AbortSignal.abort() }),
    'own app',
  ),
  'cannedReplies.list': row('app.read', (as, { company }) => company.core.cannedReplies.list(as), 'own app'),
  'cannedReplies.create': row(
    'canned.own',
    (as, { company }) => company.core.cannedReplies.create(as, { ...reply(), shared: false }),
    'own app',
  ),
  'cannedReplies.create for all': row(
    'app.manage',
    (as, { company }) => company.core.cannedReplies.create(as, { ...reply(), shared: true }),
    'own app',
  ),
  'cannedReplies.update': row('app.manage', async (as, { company, sharedReply }) =>
    company.core.cannedReplies.update(as, await sharedReply(), reply()),
  ),
  'cannedReplies.remove': row('app.manage', async (as, { company, sharedReply }) =>
    company.core.cannedReplies.remove(as, await sharedReply()),
  ),
  'contacts.list': row('app.read', (as, { company }) => company.core.contacts.list(as, page), 'own app'),
  'contacts.get': row('app.read', (as, { company, talk }) =>
    company.core.contacts.get(as, talk.visitor.contact.id),
  ),
  'contacts.update': row('conversation.serve', (as, { company, talk }) =>
    company.core.contacts.update(as, talk.visitor.contact.id, { name: 'Zoe' }),
  ),
  'contacts.merge': row('app.manage', async (as, { company, contact }) =>
    company.core.contacts.merge(as, await contact(), await contact()),
  ),
  'contacts.remove': row('app.manage', async (as, { company, contact }) =>
    company.core.contacts.remove(as, await contact()),
  ),
  'conversations.reference': row('app.read', (as, { company, talk }) =>
    company.core.conversations.reference(as, talk.id),
  ),
  'conversations.get': row('app.read', (as, { company, talk }) =>
    company.core.conversations.get(as, talk.id),
  ),
  'conversations.list': row(
    'app.read',
    (as, { company }) => company.core.conversations.list(as, page),
    'own app',
  ),
  'conversations.update': row('conversation.serve', (as, { company, talk }) =>
    company.core.conversations.update(as, talk.id, { subject: 'Refund' }),
  ),
  'conversations.addTag': row('conversation.serve', (as, { company, talk }) =>
    company.core.conversations.addTag(as, talk.id, crypto.randomUUID()),
  ),
  'conversations.removeTag': row('conversation.serve', async (as, { company, talk }) => {
    await company.core.conversations.addTag(company.ada, talk.id, 'vip')
    return company.core.conversations.removeTag(as, talk.id, 'vip')
  }),
  'conversations.tags': row('app.read', (as, { company }) => company.core.conversations.tags(as), 'own app'),
  'conversations.export': row('app.manage', (as, { company, talk }) =>
    company.core.conversations.export(as, talk.id).next(),
  ),
  'deliveries.list': row(
    'app.manage',
    (as, { company }) => company.core.deliveries.list(as, page),
    'own app',
  ),
  'deliveries.one': row('app.manage', async (as, { company, delivery }) =>
    company.core.deliveries.one(as, await delivery()),
  ),
  'deliveries.replay': row('app.manage', async (as, { company, delivery }) =>
    company.core.deliveries.replay(as, await delivery()),
  ),
  'deliveries.replayDead': row(
    'app.manage',
    (as, { company }) => company.core.deliveries.replayDead(as),
    'own app',
  ),
  'events.page': row('app.read', (as, { company }) => company.core.events.page(as, page), 'own app'),
  'history.page': row('app.read', (as, { company, talk }) => company.core.history.page(as, talk.id, page)),
  'history.join': row('app.read', (as, { company, talk }) => company.core.history.join(as, talk.id)),
  'history.one': row('app.read', async (as, { company, talk, message }) =>
    company.core.history.one(as, talk.id, await message(company.ada)),
  ),
  'keys.create': row(
    'app.own',
    (as, { company }) => company.core.keys.create(as, { kind: 'secret' }),
    'own app',
  ),
  'keys.list': row('app.own', (as, { company }) => company.core.keys.list(as), 'own app'),
  'keys.rotate': row('app.own', async (as, { company, key }) =>
    company.core.keys.rotate(as, await key(), 1_000),
  ),
  'keys.revoke': row('app.own', async (as, { company, key }) => company.core.keys.revoke(as, await key())),
  'lifecycle.close': row('conversation.serve', (as, { company, talk }) =>
    company.core.lifecycle.close(as, talk.id),
  ),
  'lifecycle.reopen': row('conversation.serve', (as, { company, talk }) =>
    company.core.lifecycle.reopen(as, talk.id),
  ),
  'lifecycle.snooze': row('conversation.serve', (as, { company, talk }) =>
    company.core.lifecycle.snooze(as, talk.id, instance().clock.now() + 1_000),
  ),
  'lifecycle.rate': row('conversation.serve', (as, { company, talk }) =>
    company.core.lifecycle.rate(as, talk.id, 5),
  ),
  'messages.post': row('conversation.serve', (as, { talk }) => talk.say(as, 'hello')),
  'messages.edit': row('conversation.serve', async (as, { company, talk, message }) =>
    company.core.messages.edit(as, talk.id, await message(as), 'edited'),
  ),
  'messages.remove': row('conversation.serve', async (as, { company, talk, message }) =>
    company.core.messages.remove(as, talk.id, await message(as)),
  ),
  'messageTraces.of': row('app.read', async (as, { company, message }) =>
    company.core.messageTraces.of(as, await message(company.ada)),
  ),
  'presence.sessions': row(
    'app.read',
    async (as, { company }) => company.core.presence.sessions(as),
    'own app',
  ),
  'queue.claim': row('conversation.serve', (as, { company, talk }) => company.core.queue.claim(as, talk.id)),
  'queue.claimNext': row(
    'conversation.serve',
    (as, { company }) => company.core.queue.claimNext(as),
    'own app',
  ),
  'queue.release': row('conversation.serve', (as, { company, talk }) =>
    company.core.queue.release(as, talk.id),
  ),
  'queue.transfer': row('conversation.serve', (as, { company, talk }) =>
    company.core.queue.transfer(as, talk.id, {}),
  ),
  'queue.request': row('conversation.serve', (as, { company, talk }) =>
    company.core.queue.request(as, talk.id, {}),
  ),
  'queue.prioritise': row('conversation.serve', (as, { company, talk }) =>
    company.core.queue.prioritise(as, talk.id, 'high'),
  ),
  'queue.list': row('app.read', (as, { company }) => company.core.queue.list(as, page), 'own app'),
  'queueInspections.of': row(
    'app.manage',
    (as, { company }) => company.core.queueInspections.of(as, 10),
    'own app',
    'app.read',
  ),
  'reactions.add': row('conversation.serve', async (as, { company, talk, message }) =>
    company.core.reactions.add(as, talk.id, await message(company.ada), '👍'),
  ),
  'reactions.remove': row('conversation.serve', async (as, { company, talk, message }) =>
    company.core.reactions.remove(as, talk.id, await message(company.ada), '👍'),
  ),
  'receipts.move': row('conversation.serve', (as, { company, talk }) =>
    afterWaiting(instance().clock, 20, company.core.receipts.move(as, talk.id, { read: 0 })),
  ),
  'routing.decline': row('conversation.serve', (as, { company, talk }) =>
    company.core.routing.decline(as, talk.id),
  ),
  'stats.of': row('app.read', (as, { company }) => company.core.stats.of(as), 'own app'),
  'typing.set': row('conversation.serve', (as, { company, talk }) =>
    company.core.typing.set(as, talk.id, false),
  ),
  'webhooks.add': row(
    'app.manage',
    (as, { company }) => company.core.webhooks.add(as, { url: receiver }),
    'own app',
  ),
  'webhooks.list': row('app.manage', (as, { company }) => company.core.webhooks.list(as), 'own app'),
  'webhooks.one': row('app.manage', async (as, { company, webhook }) =>
    company.core.webhooks.one(as, await webhook()),
  ),
  'webhooks.update': row('app.manage', async (as, { company, webhook }) =>
    company.core.webhooks.update(as, await webhook(), { events: ['message.created'] }),
  ),
  'webhooks.remove': row('app.manage', async (as, { company, webhook }) =>
    company.core.webhooks.remove(as, await webhook()),
  ),
  'webhooks.rotate': row('app.manage', async (as, { company, webhook }) =>
    company.core.webhooks.rotate(as, await webhook()),
  ),
  'webhooks.test': row('app.manage', async (as, { company, webhook }) =>
    company.core.webhooks.test(as, await webhook()),
  ),
}

/** What asks for no right, and why. */
const unasked: Record<string, string> = {
  'agents.connected': 'gives a fact to code that has asked already',
  'agents.guest': 'stands for who need not say who they are',
  'agents.resetPassword': 'the operator’s',
  'agents.self': 'one’s own account',
  'agents.setAvailability': 'one’s own intent',
  'apps.byId': 'the operator’s',
  'apps.create': 'the operator’s',
  'apps.list': 'the operator’s',
  'attachments.link': 'signs what was given to somebody already',
  'attachments.open': 'the signature of the link is the right',
  'attachments.sign': 'signs what was given to somebody already',
  'auth.*': 'finds out who somebody is',
  'botEngine.*': 'the server’s own work',
  'contacts.online': 'gives a fact to code that has asked already',
  'conversations.listOwn': 'a visitor’s own',
  'conversations.start': 'a visitor’s own',
  'cursors.*': 'arithmetic',
  'directory.*': 'the host’s own, see the tests of the directory and of the internal API',
  'dispatcher.*': 'the server’s own work',
  'pushDispatcher.*': 'the server’s own work',
  'drills.*': 'the operator’s, and never of an app in use',
  'events.close': 'the server’s own end',
  'lifecycle.begin': 'inside a transaction of the core',
  'lifecycle.messageArrives': 'inside a transaction of the core',
  'lifecycle.successor': 'inside a call that has asked',
  'lifecycle.wakeDue': 'the server’s own work',
  'members.*': 'a member’s own, see the tests of members',
  'outbox.*': 'inside a transaction of the core',
  'presence.agentConnected': 'the connection has proven itself',
  'presence.agentDisconnected': 'the connection has proven itself',
  'presence.changed': 'gives a fact to nodes that tell of it',
  'presence.memberActive': 'the connection has proven itself',
  'presence.memberConnected': 'the connection has proven itself',
  'presence.memberDisconnected': 'the connection has proven itself',
  'presence.presenceIn': 'a member’s own conversation, see the tests of their presence',
  'presence.presenceOf': 'a member asks for users of their own app, see the tests of their presence',
  'presence.visitorConnected': 'the connection has proven itself',
  'presence.visitorDisconnected': 'the connection has proven itself',
  'queue.assign': 'inside a transaction of the core',
  'queue.enter': 'inside a transaction of the core',
  'queue.enterAgain': 'inside a transaction of the core',
  'queue.remove': 'inside a transaction of the core',
  'requeue.*': 'the server’s own work',
  'routing.offersOf': 'one’s own offers',
  'routing.round': 'the server’s own work',
  'setup.*': 'the operator’s',
  'typing.stopOf': 'the end of a connection',
  'visitors.*': 'finds out who somebody is',
}

const newcomer = (role: Role) => ({
  email: `${crypto.randomUUID()}@company.example`,
  name: 'New',
  password: 'a',
  role,
})
const reply = () => ({ name: crypto.randomUUID(), text: 'Hello!' })

async function newScene(): Promise<Scene> {
  const company = await newCompany(instance())
  const talk = await company.served()
  const { core, owner, ada } = company
  const webhook = async () => (await core.webhooks.add(owner, { url: receiver })).id
  const delivery = async () => {
    const webhookId = await webhook()
    await talk.say(ada, 'hello')
    return (await core.deliveries.list(owner, { webhookId, limit: 1 }))[0]?.id ?? ''
  }
  return {
    company,
    talk,
    message: async (by) => (await talk.say(may(by, 'conversation.serve') ? by : ada, 'hello')).id,
    key: async () => (await core.keys.create(owner, { kind: 'secret' })).row.id,
    sharedReply: async () => (await core.cannedReplies.create(owner, { ...reply(), shared: true })).id,
    contact: async () => (await company.visitor()).contact.id,
    member: async (role) => (await company.agent('Somebody', role)).agent.id,
    webhook,
    delivery,
  }
}

const principals: Record<string, (company: Company) => Staff> = {
  'an owner': ({ owner }) => owner,
  'an admin': ({ admin }) => admin,
  'an agent': ({ ada }) => ada,
  'a viewer': ({ viewer }) => viewer,
  'a server with every scope': ({ server }) => server,
  'a server that reads': ({ server }) => ({ ...server, scopes: ['read'] }),
  'a server that writes': ({ server }) => ({ ...server, scopes: ['write'] }),
  'a server that manages': ({ server }) => ({ ...server, scopes: ['admin'] }),
  'a server without scopes': ({ server }) => ({ ...server, scopes: [] }),
  'the operator': ({ operator }) => operator,
}

/** `forbidden`, or another refusal or success, which both mean that the right was there. */
async function asked(call: () => Promise<unknown>): Promise<'forbidden' | 'allowed'> {
  try {
    await call()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'forbidden') return 'forbidden'
  }
  return 'allowed'
}

/** Only people react: that is no question of rights. */
const peopleOnly = ['reactions.add', 'reactions.remove']

describe.each(Object.entries(table))('%s', (name, { action, call, elsewhere, besides }) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await newScene()
  })

  test(`asks everybody for the right to ${action}`, async () => {
    const outcomes: Record<string, string> = {}
    const expected: Record<string, string> = {}
    for (const [title, pick] of Object.entries(principals)) {
      const as = pick(scene.company)
      if (peopleOnly.includes(name) && as.type !== 'agent') continue
      outcomes[title] = await asked(async () => call(as, scene))
      expected[title] = may(as, action) && may(as, besides) ? 'allowed' : 'forbidden'
    }
    expect(outcomes).toEqual(expected)
  })

  if (elsewhere === 'own app') return
  test('finds nothing of another app', async () => {
    const stranger = await newCompany(instance())
    const strangers = [stranger.owner, stranger.operator, stranger.server]
    for (const as of strangers.filter((each) => may(each, action))) {
      const error = await refusal((async () => call(as, scene))())
      expect(error.code).toBe('not_found')
    }
  })
})

test('Every function of the core stands in the table, or says why it asks for no right', () => {
  const { core } = instance()
  const functions = Object.entries(core).flatMap(([capability, value]) => {
    if (typeof value !== 'object' || value === null || ['limits', 'clock'].includes(capability)) return []
    const prototype: unknown = Object.getPrototypeOf(value)
    const inherited = prototype === Object.prototype ? [] : Object.getOwnPropertyNames(prototype)
    const names = [...inherited, ...Object.keys(value)].filter((name) => name !== 'constructor')
    return names
      .filter((name) => typeof Reflect.get(value, name) === 'function')
      .map((name) => `${capability}.${name}`)
  })
  const covered = (name: string) => name in table || name in unasked || `${name.split('.')[0]}.*` in unasked
  expect(functions.filter((name) => !covered(name))).toEqual([])
  const known = (name: string) => functions.includes(name.split(' ')[0] ?? '')
  expect(Object.keys(table).filter((name) => !known(name))).toEqual([])
})

test('The roles are those of the documentation', () => {
  const actions: Action[] = ['app.read', 'conversation.serve', 'canned.own', 'app.manage', 'app.own']
  expect(Object.fromEntries(actions.map((action) => [action, [...rolesFor(action)].toSorted()]))).toEqual({
    'app.read': ['admin', 'agent', 'owner', 'viewer'],
    'conversation.serve': ['admin', 'agent', 'owner'],
    'canned.own': ['admin', 'agent', 'owner'],
    'app.manage': ['admin', 'owner'],
    'app.own': ['owner'],
  })
})

test('A visitor has no right of staff, whatever is asked', async () => {
  const company = await newCompany(instance())
  const visitor = await company.visitor()
  const actions: Action[] = ['app.read', 'conversation.serve', 'canned.own', 'app.manage', 'app.own']
  expect(actions.filter((action) => may(visitor, action))).toEqual([])
})

test('Lists of one app hold nothing of another', async () => {
  const [scene, stranger] = [await newScene(), await newCompany(instance())]
  await scene.talk.say(scene.talk.visitor, 'a rare walrus')
  await scene.company.core.conversations.addTag(scene.company.ada, scene.talk.id, 'secret tag')
  await scene.company.waiting()
  await scene.company.core.presence.visitorConnected(scene.talk.visitor, 'socket', null)
  const { core, owner } = stranger
  expect(await core.conversations.list(owner, page)).toEqual([])
  expect(await core.conversations.list(owner, { ...page, text: 'walrus' })).toEqual([])
  expect(await core.conversations.list(owner, { ...page, tag: 'secret tag' })).toEqual([])
  expect(await core.conversations.list(owner, { ...page, contact: scene.talk.visitor.contact.id })).toEqual(
    [],
  )
  expect(await core.conversations.tags(owner)).toEqual([])
  expect(await core.contacts.list(owner, page)).toEqual([])
  expect(await core.cannedReplies.list(owner)).toEqual([])
  expect(await core.keys.list(owner)).toEqual([])
  expect(await core.presence.sessions(owner)).toEqual([])
  expect((await core.queue.list(owner, page)).size).toBe(0)
  expect((await core.audit.list(owner, page)).map(({ action }) => action)).toEqual(['app.create'])
  expect(await core.stats.of(owner)).toMatchObject({
    conversations: { open: 0, closed: 0 },
    queue: { size: 0 },
    messages: { today: 0 },
  })
})

describe('The last owner', () => {
  test('cannot be removed or made less', async () => {
    const { core, owner, operator } = await newCompany(instance())
    await refusal(core.agents.setMembership(owner, owner.agent.id, { role: 'admin' }), 'conflict')
    await refusal(core.agents.remove(operator, owner.agent.id), 'conflict')
  })

  test('is told to connections when somebody’s role changes or ends', async () => {
    const { core, owner, ada, bob, app } = await newCompany(instance())
    await core.agents.setMembership(owner, ada.agent.id, { role: 'viewer' })
    await core.agents.setMembership(owner, ada.agent.id, { capacity: 9 })
    await core.agents.remove(owner, bob.agent.id)
    const told = instance().events.filter(
      (event) => event.type === 'access.changed' && event.appKey === app.key,
    )
    expect(told).toMatchObject([{ agentKey: ada.agent.key }, { agentKey: bob.agent.key }])
  })
})
