import { describe, expect, test } from 'vitest'
import { newCompany } from './company.js'
import { refusal, sharedInstance } from './instance.js'

const instance = sharedInstance()

describe('A key', () => {
  test('opens its own app, each kind at its own door', async () => {
    const company = await newCompany(instance())
    const { keys, auth } = company.core
    const publishable = await keys.create(company.owner, { kind: 'publishable' })
    const secret = await keys.create(company.owner, { kind: 'secret', scopes: ['read'] })
    expect(publishable.value).toMatch(/^pk_/)
    expect(secret.value).toMatch(/^sk_/)
    expect(await auth.appByPublishableKey(publishable.value, company.app.id)).toMatchObject({
      app: { id: company.app.id },
      keyId: publishable.row.id,
    })
    expect(await auth.serverByKey(secret.value)).toMatchObject({ type: 'server', scopes: ['read'] })
    await refusal(auth.appByPublishableKey(secret.value, company.app.id), 'forbidden')
    await refusal(auth.serverByKey(publishable.value), 'forbidden')
  })

  test('is kept as a hash, and shown by its beginning only', async () => {
    const company = await newCompany(instance())
    const { value } = await company.core.keys.create(company.owner, { kind: 'secret', name: ' shop ' })
    const listed = await company.core.keys.list(company.owner)
    expect(JSON.stringify(listed)).not.toContain(value)
    expect(listed).toMatchObject([{ prefix: value.slice(0, 8), name: 'shop', revokedAt: null }])
  })

  test('opens nothing for another app, when unknown, revoked, or over', async () => {
    const [company, other] = await Promise.all([newCompany(instance()), newCompany(instance())])
    const { keys, auth } = company.core
    const key = await keys.create(company.owner, { kind: 'publishable' })
    await refusal(auth.appByPublishableKey(key.value, other.app.id), 'unauthorized')
    await refusal(auth.appByPublishableKey('pk_unknown', company.app.id), 'unauthorized')
    await refusal(auth.appByPublishableKey('', company.app.id), 'unauthorized')
    const over = await keys.create(company.owner, {
      kind: 'secret',
      expiresAt: instance().clock.now() + 1_000,
    })
    await auth.serverByKey(over.value)
    instance().clock.advance(1_000)
    await refusal(auth.serverByKey(over.value), 'unauthorized')
    await keys.revoke(company.owner, key.row.id)
    await refusal(auth.appByPublishableKey(key.value, company.app.id), 'unauthorized')
  })

  test('that was just used opens nothing from the moment in which it is revoked', async () => {
    const company = await newCompany(instance())
    const { keys, auth } = company.core
    const { row, value } = await keys.create(company.owner, { kind: 'secret' })
    await auth.serverByKey(value)
    const uses = [auth.serverByKey(value), auth.serverByKey(value)]
    await keys.revoke(company.owner, row.id)
    await Promise.allSettled(uses)
    await refusal(auth.serverByKey(value), 'unauthorized')
  })

  test('that another process ends, which tells nobody, opens nothing a second later', async () => {
    const company = await newCompany(instance())
    const { keys, auth } = company.core
    const { row, value } = await keys.create(company.owner, { kind: 'secret' })
    await auth.serverByKey(value)
    const revokedAt = instance().clock.now()
    await instance().context.store.transaction(({ apiKeys }) => apiKeys.update(row.key, { revokedAt }))
    instance().clock.advance(1_000)
    await refusal(auth.serverByKey(value), 'unauthorized')
  })

  test('that is rotated works on for the time it was given, beside the new one', async () => {
    const company = await newCompany(instance())
    const { keys, auth } = company.core
    const old = await keys.create(company.owner, { kind: 'secret', scopes: ['read', 'write'] })
    const fresh = await keys.rotate(company.owner, old.row.id, 60_000)
    expect(await auth.serverByKey(fresh.value)).toMatchObject({ scopes: ['read', 'write'] })
    await auth.serverByKey(old.value)
    instance().clock.advance(60_000)
    await refusal(auth.serverByKey(old.value), 'unauthorized')
    await auth.serverByKey(fresh.value)
  })

  test('that is revoked or rotated is told to the connections that it opened', async () => {
    const company = await newCompany(instance())
    const { keys } = company.core
    const { row } = await keys.create(company.owner, { kind: 'secret' })
    await keys.rotate(company.owner, row.id, 1_000)
    await keys.revoke(company.owner, row.id)
    const told = instance().events.filter(
      (event) => event.type === 'access.changed' && event.appKey === company.app.key,
    )
    expect(told).toMatchObject([{ keyId: row.id }, { keyId: row.id }])
  })

  test.each(['sk_short', 'pk_123456789012345678901234', 'sk_with a blank in the middle of it', ''])(
    'of one’s own making has to be long and of its kind: %j is not',
    async (value) => {
      const company = await newCompany(instance())
      await refusal(company.core.keys.create(company.owner, { kind: 'secret', value }), 'invalid_request')
    },
  )

  test('of one’s own making cannot be used for two apps', async () => {
    const [company, other] = await Promise.all([newCompany(instance()), newCompany(instance())])
    const value = `sk_${crypto.randomUUID()}`
    await company.core.keys.create(company.owner, { kind: 'secret', value })
    await refusal(other.core.keys.create(other.owner, { kind: 'secret', value }), 'conflict')
  })
})
