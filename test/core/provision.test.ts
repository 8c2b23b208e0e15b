import { describe, expect, test } from 'vitest'
import type { Plan } from '../../src/server/core/apps/plan.js'
import { eachDatabase } from '../helpers/databases.js'
import { refusal, sharedInstance } from './instance.js'

const plan = (): Plan => {
  const unique = crypto.randomUUID().replaceAll('-', '')
  const shop = `app_${unique}`
  return {
    apps: [
      {
        id: shop,
        name: `Shop ${unique}`,
        publishableKey: `pk_${unique}`,
        secretKey: `sk_${unique}`,
        identitySecret: `identity ${unique}`,
        settings: { reopenWindowDays: 3 },
        cannedReplies: [{ name: 'hello', text: 'Hello!' }],
      },
    ],
    agents: [
      {
        email: `pia-${unique}@company.example`,
        name: 'Pia',
        password: 'right one',
        token: `rhq_${unique}`,
        apps: { [shop]: 'owner' },
      },
    ],
  }
}

eachDatabase('A plan', (database) => {
  const instance = sharedInstance(database)

  test('makes apps, keys and agents that work', async () => {
    const { core } = instance()
    const given = plan()
    const steps = await core.provision(given, false)
    expect(steps.map(({ action, kind }) => `${action} ${kind}`)).toEqual([
      'create app',
      'create key',
      'create key',
      'create canned_reply',
      'create agent',
      'create membership',
      'create token',
    ])
    expect(steps.filter(({ shown }) => shown !== undefined)).toEqual([])
    const [app, agent] = [given.apps[0], given.agents[0]]
    const { app: opened } = await core.auth.appByPublishableKey(app?.publishableKey ?? '', app?.id ?? '')
    expect(opened).toMatchObject({ name: app?.name, settings: { reopenWindowDays: 3 } })
    await core.auth.serverByKey(app?.secretKey ?? '')
    const { apps } = await core.auth.login(agent?.email ?? '', 'right one')
    expect(apps).toMatchObject([{ app: { id: app?.id }, role: 'owner' }])
    await core.auth.agentByToken(agent?.token ?? '')
  })

  test('applied a second time changes nothing', async () => {
    const { core } = instance()
    const given = plan()
    await core.provision(given, false)
    const before = await everything()
    expect(await core.provision(given, false)).toEqual([])
    expect(await everything()).toEqual(before)
  })

  test('says beforehand what it would do, and does nothing of it', async () => {
    const { core } = instance()
    const given = plan()
    const before = await everything()
    const foretold = await core.provision(given, true)
    expect(await everything()).toEqual(before)
    const done = await core.provision(given, false)
    const names = (steps: typeof done) => steps.map(({ action, kind }) => `${action} ${kind}`)
    expect(names(foretold)).toEqual(names(done))
  })

  test('changes what differs and leaves alone what it does not name', async () => {
    const { core } = instance()
    const given = plan()
    await core.provision(given, false)
    const [app] = given.apps
    const [agent] = given.agents
    if (app?.id === undefined || agent === undefined) throw new Error('The plan has one of each.')
    const changed: Plan = {
      apps: [
        {
          id: app.id,
          name: app.name,
          settings: { routing: 'least_busy' },
          cannedReplies: [{ name: 'hello', text: 'Good day!' }],
        },
      ],
      agents: [{ email: agent.email, name: 'Pia', password: 'another one', apps: { [app.name]: 'viewer' } }],
    }
    const steps = await core.provision(changed, false)
    expect(steps.map(({ action, kind }) => `${action} ${kind}`)).toEqual([
      'update settings',
      'update canned_reply',
      'update password',
      'update membership',
    ])
    const now = await core.apps.byId(app.id)
    expect(now.settings).toMatchObject({ reopenWindowDays: 3, routing: 'least_busy' })
    expect((await core.auth.login(agent.email, 'another one')).apps).toMatchObject([{ role: 'viewer' }])
    expect(await core.provision(changed, false)).toEqual([])
  })

  test('shows once the keys and the password that it made itself', async () => {
    const { core } = instance()
    const email = `${crypto.randomUUID()}@company.example`
    const name = `Shop ${crypto.randomUUID()}`
    const given: Plan = { apps: [{ name }], agents: [{ email, name: 'Pia', apps: { [name]: 'admin' } }] }
    const steps = await core.provision(given, false)
    const shown: Record<string, string> = Object.assign({}, ...steps.map((step) => step.shown))
    await core.auth.serverByKey(shown.secret_key ?? '')
    await core.auth.login(email, shown.password ?? '')
    expect(await core.provision(given, false)).toEqual([])
  })

  async function everything() {
    const { apps, agents, tokens } = instance().context.store.read
    const people = await agents.list()
    return {
      apps: await apps.list(),
      people,
      tokens: await Promise.all(people.map(({ key }) => tokens.personalOf(key))),
      memberships: await Promise.all(people.map(({ key }) => agents.memberships(key))),
    }
  }
})

describe('A plan that cannot be applied is refused with what is wrong:', () => {
  const instance = sharedInstance()
  const faulty: [string, (given: Plan) => Plan, string][] = [
    [
      'an agent of an app that is not there',
      ({ apps, agents }) => ({
        apps,
        agents: agents.map((agent) => ({ ...agent, apps: { app_none: 'agent' } })),
      }),
      'conflict',
    ],
    [
      'a token that is too short',
      ({ apps, agents }) => ({ apps, agents: agents.map((agent) => ({ ...agent, token: 'rhq_short' })) }),
      'conflict',
    ],
    [
      'a key that is too short',
      ({ apps, agents }) => ({ apps: apps.map((app) => ({ ...app, secretKey: 'sk_short' })), agents }),
      'invalid_request',
    ],
    [
      'an address that is none',
      ({ apps, agents }) => ({ apps, agents: agents.map((agent) => ({ ...agent, email: 'pia' })) }),
      'invalid_request',
    ],
  ]

  test.each(faulty)('%s', async (_, spoil, code) => {
    const error = await refusal(instance().core.provision(spoil(plan()), false))
    expect(error.code).toBe(code)
  })

  test('a key or a token of somebody else', async () => {
    const { core } = instance()
    const [first, second] = [plan(), plan()]
    await core.provision(first, false)
    const [app, agent] = [first.apps[0], first.agents[0]]
    const stolenKey = { ...second, apps: second.apps.map((each) => ({ ...each, secretKey: app?.secretKey })) }
    const stolenToken = { ...second, agents: second.agents.map((each) => ({ ...each, token: agent?.token })) }
    await refusal(core.provision(stolenKey, false), 'conflict')
    await refusal(core.provision(stolenToken, false), 'conflict')
  })
})

describe('A new installation', () => {
  const instance = sharedInstance()

  test('gets its first app, keys and owner once', async () => {
    const { core } = instance()
    const first = await core.setup.first({ email: 'me@company.example', name: 'Me' })
    expect(first).toMatchObject({ owner: { name: 'Me' } })
    await core.auth.serverByKey(first?.secretKey ?? '')
    await core.auth.appByPublishableKey(first?.publishableKey ?? '', first?.app.id ?? '')
    const { apps } = await core.auth.login('me@company.example', first?.password ?? '')
    expect(apps).toMatchObject([{ role: 'owner' }])
    expect(await core.setup.first({ email: 'me@company.example', name: 'Me' })).toBeNull()
  })
})
