import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { eachDatabase } from '../helpers/databases.js'
import { newCompany } from './company.js'
import { refusal, sharedInstance, testSecrets } from './instance.js'

const minute = 60_000
const day = 24 * 60 * minute

eachDatabase('Signing in', (database) => {
  const instance = sharedInstance(database)

  /** An agent with a password, in a company of their own. */
  async function person() {
    const company = await newCompany(instance())
    const email = `${crypto.randomUUID()}@company.example`
    const { agent } = await company.core.agents.add(company.operator, {
      email,
      name: 'Pia',
      password: 'right one',
    })
    return { company, email, agent, auth: company.core.auth }
  }

  test('takes the right password, whatever the case of the address, and gives tokens that work', async () => {
    const { company, email, agent, auth } = await person()
    const signedIn = await auth.login(email.toUpperCase(), 'right one')
    expect(signedIn).toMatchObject({
      agent: { id: agent.id },
      apps: [{ app: { id: company.app.id }, role: 'agent' }],
    })
    const who = await auth.agentByToken(signedIn.accessToken)
    expect(who.agent).toMatchObject({ id: agent.id, name: 'Pia', email })
    expect(await auth.inApp(who, undefined)).toMatchObject({
      type: 'agent',
      role: 'agent',
      app: { id: company.app.id },
    })
  })

  test('says the same of a wrong password, of an unknown address and of a disabled account', async () => {
    const { email, agent, auth } = await person()
    const wrong = await refusal(auth.login(email, 'wrong one'), 'unauthorized')
    const unknown = await refusal(auth.login('nobody@company.example', 'wrong one'), 'unauthorized')
    await instance().context.store.transaction((transaction) =>
      transaction.agents.update(agent.key, { disabledAt: 1 }),
    )
    const disabled = await refusal(auth.login(email, 'right one'), 'unauthorized')
    expect([unknown.message, disabled.message]).toEqual([wrong.message, wrong.message])
  })

  test('is locked after ten wrong passwords, tells for how long, and opens after the time', async () => {
    const { email, auth } = await person()
    for (let attempt = 0; attempt < 10; attempt++) await refusal(auth.login(email, 'wrong'), 'unauthorized')
    const locked = await refusal(auth.login(email, 'right one'), 'rate_limited')
    expect(locked.extras.retryAfterSeconds).toBe(15 * 60)
    instance().clock.advance(15 * minute - 1)
    await refusal(auth.login(email, 'right one'), 'rate_limited')
    instance().clock.advance(1)
    expect(await auth.login(email, 'right one')).toMatchObject({ agent: { email } })
  })

  test('counts wrong passwords that come all at once', async () => {
    const { email, auth } = await person()
    const attempts = Array.from({ length: 12 }, () => refusal(auth.login(email, 'wrong')))
    await Promise.all(attempts)
    await refusal(auth.login(email, 'right one'), 'rate_limited')
  })

  test('forgets wrong passwords after a right one, and after the window', async () => {
    const { email, auth } = await person()
    const fail = async (times: number) => {
      for (let attempt = 0; attempt < times; attempt++)
        await refusal(auth.login(email, 'wrong'), 'unauthorized')
    }
    await fail(9)
    await auth.login(email, 'right one')
    await fail(9)
    instance().clock.advance(15 * minute)
    await fail(9)
    await auth.login(email, 'right one')
  })
})

eachDatabase('A session', (database) => {
  const instance = sharedInstance(database)

  async function session() {
    const company = await newCompany(instance())
    const email = `${crypto.randomUUID()}@company.example`
    const { agent } = await company.core.agents.add(company.operator, {
      email,
      name: 'Pia',
      password: 'right one',
    })
    const { auth } = company.core
    return { company, agent, email, auth, signedIn: await auth.login(email, 'right one') }
  }

  test('goes on by refreshing, each refresh token once', async () => {
    const { auth, agent, signedIn } = await session()
    const second = await auth.refresh(signedIn.refreshToken)
    const third = await auth.refresh(second.refreshToken)
    expect(new Set([signedIn, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3)
    expect((await auth.agentByToken(third.accessToken)).agent.id).toBe(agent.id)
  })

  test('ends whole when a refresh token comes a second time', async () => {
    const { auth, signedIn } = await session()
    const second = await auth.refresh(signedIn.refreshToken)
    await refusal(auth.refresh(signedIn.refreshToken), 'unauthorized')
    await refusal(auth.refresh(second.refreshToken), 'unauthorized')
  })

  test('ends whole when a refresh token comes many times at once', async () => {
    const { auth, signedIn } = await session()
    const refreshed = await Promise.allSettled(
      Array.from({ length: 5 }, () => auth.refresh(signedIn.refreshToken)),
    )
    const won = refreshed.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    expect(won).toHaveLength(1)
    for (const { refreshToken } of won) await refusal(auth.refresh(refreshToken), 'unauthorized')
  })

  test('leaves the other sessions of the agent alone', async () => {
    const { auth, email, signedIn } = await session()
    const other = await auth.login(email, 'right one')
    await auth.refresh(signedIn.refreshToken)
    await refusal(auth.refresh(signedIn.refreshToken), 'unauthorized')
    await auth.refresh(other.refreshToken)
  })

  test('ends at logout, with a new password, when the account is disabled, and after thirty days', async () => {
    const endings: ((given: Awaited<ReturnType<typeof session>>) => Promise<unknown>)[] = [
      ({ auth, signedIn }) => auth.logout(signedIn.refreshToken),
      ({ company, email }) => company.core.agents.resetPassword(email),
      ({ agent }) =>
        instance().context.store.transaction((transaction) =>
          transaction.agents.update(agent.key, { disabledAt: 1 }),
        ),
      async () => instance().clock.advance(30 * day),
    ]
    for (const end of endings) {
      const given = await session()
      await end(given)
      await refusal(given.auth.refresh(given.signedIn.refreshToken), 'unauthorized')
    }
  })

  test('is not made of an unknown refresh token', async () => {
    const { auth } = await session()
    for (const token of ['', 'rrt_unknown', 'x'.repeat(10_000)])
      await refusal(auth.refresh(token), 'unauthorized')
    await auth.logout('rrt_unknown')
  })
})

describe('An access token', () => {
  const instance = sharedInstance()
  const key = (secret: string) => new TextEncoder().encode(secret)

  async function signedIn() {
    const company = await newCompany(instance())
    const now = instance().clock.now()
    return { company, now: Math.floor(now / 1000), agent: company.ada.agent.id, auth: company.core.auth }
  }

  test('ends after a quarter of an hour', async () => {
    const { auth, agent } = await signedIn()
    const { token, expiresIn } = await instance().context.accessTokens.sign(agent, instance().clock.now())
    expect(expiresIn).toBe(900)
    instance().clock.advance(14 * minute)
    await auth.agentByToken(token)
    instance().clock.advance(minute)
    await refusal(auth.agentByToken(token), 'unauthorized')
  })

  const forgeries: [string, (agent: string, now: number) => Promise<string>][] = [
    [
      'without a signature',
      async (agent, now) => unsigned({ sub: agent, aud: 'replyhq-agent', exp: now + 900 }),
    ],
    [
      'under another secret',
      (agent, now) => forge(agent, now).sign(key('another secret, which is long enough too')),
    ],
    ['under an empty secret', async (agent, now) => `${unsigned({ sub: agent, exp: now + 900 })}AA`],
    [
      'by another algorithm',
      (agent, now) => forge(agent, now, 'HS512').sign(key(testSecrets.jwtAccessSecret)),
    ],
    [
      'for another audience',
      (agent, now) => forge(agent, now).setAudience('somebody').sign(key(testSecrets.jwtAccessSecret)),
    ],
    ['without an end', (agent) => endless(agent).sign(key(testSecrets.jwtAccessSecret))],
    ['of nobody', (_, now) => forge('agt_nobody', now).sign(key(testSecrets.jwtAccessSecret))],
    ['that is a refresh token', async () => 'rrt_123456789012345678901234'],
    ['that is empty', async () => ''],
  ]

  const endless = (agent: string) =>
    new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject(agent).setAudience('replyhq-agent')
  const forge = (agent: string, now: number, alg = 'HS256') =>
    new SignJWT({})
      .setProtectedHeader({ alg })
      .setSubject(agent)
      .setAudience('replyhq-agent')
      .setExpirationTime(now + 900)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const unsigned = (payload: object) => `${part({ alg: 'none' })}.${part(payload)}.`

  test.each(forgeries)('%s opens nothing', async (_, make) => {
    const { auth, agent, now } = await signedIn()
    await refusal(auth.agentByToken(await make(agent, now)), 'unauthorized')
  })
})

describe('A personal token', () => {
  const instance = sharedInstance()

  async function personal(options: { expiresAt?: number } = {}) {
    const company = await newCompany(instance())
    const { auth } = company.core
    const { key } = company.ada.agent
    return { company, auth, key, ...(await auth.createPersonalToken(key, { name: 'laptop', ...options })) }
  }

  test('stands for its agent, and is not stored itself', async () => {
    const { auth, company, token, row } = await personal()
    expect(token).toMatch(/^rhq_/)
    expect((await auth.agentByToken(token)).agent.id).toBe(company.ada.agent.id)
    expect(JSON.stringify(row)).not.toContain(token)
  })

  test('ends when it is revoked, when its time is over, and with its agent', async () => {
    const { store } = instance().context
    const revoked = await personal()
    await store.transaction((transaction) =>
      transaction.tokens.revokePersonal(revoked.key, revoked.row.id, 1),
    )
    const over = await personal({ expiresAt: instance().clock.now() })
    const disabled = await personal()
    await store.transaction((transaction) => transaction.agents.update(disabled.key, { disabledAt: 1 }))
    for (const { auth, token } of [revoked, over, disabled])
      await refusal(auth.agentByToken(token), 'unauthorized')
  })

  test('that nobody has opens nothing', async () => {
    const { auth } = await personal()
    await refusal(auth.agentByToken('rhq_123456789012345678901234'), 'unauthorized')
  })
})

describe('An agent', () => {
  const instance = sharedInstance()

  test('of several apps has to name one, and is nobody in the others', async () => {
    const [company, second, third] = [
      await newCompany(instance()),
      await newCompany(instance()),
      await newCompany(instance()),
    ]
    const { auth, agents } = company.core
    const { email } = await agents
      .resetPassword(await emailOf(company.ada.agent.id))
      .then(({ agent }) => agent)
    await agents.add(second.operator, { email, name: 'Ada', role: 'viewer' })
    const who = await auth.agentByToken((await auth.createPersonalToken(company.ada.agent.key, {})).token)
    await refusal(auth.inApp(who, undefined), 'invalid_request')
    expect(await auth.inApp(who, second.app.id)).toMatchObject({ role: 'viewer' })
    await refusal(auth.inApp(who, third.app.id), 'not_found')
    expect((await auth.appsOf(who)).map(({ role }) => role)).toEqual(['agent', 'viewer'])
  })

  test('of no app is told to have themselves added', async () => {
    const company = await newCompany(instance())
    await company.core.agents.remove(company.owner, company.ada.agent.id)
    const { auth } = company.core
    const who = await auth.agentByToken((await auth.createPersonalToken(company.ada.agent.key, {})).token)
    await refusal(auth.inApp(who, undefined), 'forbidden')
    await refusal(auth.inApp(who, company.app.id), 'not_found')
  })

  async function emailOf(id: string): Promise<string> {
    const agent = await instance().context.store.read.agents.byId(id)
    return agent?.email ?? ''
  }
})
