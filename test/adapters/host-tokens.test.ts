import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hostTokens } from '../../src/server/adapters/host-tokens.js'
import { AppError, type ErrorCode } from '../../src/server/core/errors.js'
import type { HostTokens } from '../../src/server/core/ports/host-tokens.js'
import {
  type Claims,
  hostSecret,
  makeHostKey,
  nextHostSecret,
  signHostToken,
  startKeyServer,
} from '../helpers/host.js'

const now = Date.UTC(2026, 0, 1)
const seconds = now / 1000
const good: Claims = { sub: 'user-1', iat: seconds, exp: seconds + 60 }
const report = () => {}

const bySecrets = (...secrets: string[]): HostTokens => hostTokens({ secrets, jwksUrl: null, report })
const byKeys = (jwksUrl: string): HostTokens => hostTokens({ secrets: [], jwksUrl, report })

const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
const unsigned = (claims: Claims, alg = 'none') => `${encoded({ alg })}.${encoded(claims)}.`

async function refused(
  tokens: HostTokens,
  token: string,
  sentence: RegExp,
  code: ErrorCode = 'unauthorized',
) {
  const outcome: unknown = await tokens.verify(token, now).catch((error: unknown) => error)
  expect(outcome).toBeInstanceOf(AppError)
  expect(outcome).toMatchObject({ code, message: expect.stringMatching(sentence) })
}

describe('A token under a shared secret', () => {
  const tokens = bySecrets(hostSecret, nextHostSecret)

  test('says who it is, of which app, by what name, and until when', async () => {
    const token = await signHostToken({ ...good, app_id: 'app_1', name: 'Zoe' })
    expect(await tokens.verify(token, now)).toEqual({
      userId: 'user-1',
      appId: 'app_1',
      name: 'Zoe',
      issuedAt: now,
      expiresAt: now + 60_000,
    })
    const bare = await signHostToken({ sub: 'user-1', exp: seconds + 60, name: 7 })
    expect(await tokens.verify(bare, now)).toMatchObject({ appId: null, name: null, issuedAt: null })
  })

  test('may be signed with any of the secrets while one is rotated', async () => {
    expect(await tokens.verify(await signHostToken(good, nextHostSecret), now)).toMatchObject({
      userId: 'user-1',
    })
  })

  test.each<[string, Claims, RegExp]>([
    ['that has expired', { ...good, exp: seconds }, /expired/],
    ['that expired a second ago, whatever the clocks', { ...good, exp: seconds - 1 }, /expired/],
    ['that expired long ago', { ...good, exp: seconds - 60 }, /expired/],
    ['without an end', { ...good, exp: undefined }, /never ends/],
    ['whose end is no number', { ...good, exp: 'tomorrow' as never }, /"exp"/],
    ['whose end no calendar knows', { ...good, exp: 1e300 }, /"exp" of this token is no time/],
    ['that is not valid yet', { ...good, nbf: seconds + 6 }, /not valid yet/],
    ['from the future', { ...good, iat: seconds + 6 }, /issued in the future/],
    ['without a user', { ...good, sub: undefined }, /"sub" of this token is missing/],
    ['whose user is a number', { ...good, sub: 7 as never }, /"sub" of this token is no text/],
    ['whose app is a number', { ...good, app_id: 7 }, /"app_id" of this token is no text/],
  ])('%s is refused', async (_title, claims, sentence) => {
    await refused(tokens, await signHostToken(claims), sentence)
  })

  test('may be ahead of this clock by a few seconds', async () => {
    const token = await signHostToken({ ...good, iat: seconds + 4, nbf: seconds + 4 })
    expect(await tokens.verify(token, now)).toMatchObject({ issuedAt: now + 4_000 })
  })

  test.each<[string, () => string | Promise<string>, RegExp]>([
    [
      'under another secret',
      () => signHostToken(good, 'a secret that this server does not have'),
      /signature/,
    ],
    ['of another algorithm', () => signHostToken(good, hostSecret.repeat(3), 'HS512'), /HS256/],
    ['without a signature', () => unsigned(good), /not allowed/],
    ['without a signature that calls itself signed', () => unsigned(good, 'HS256'), /signature/],
    ['without an algorithm', () => `${encoded({})}.${encoded(good)}.`, /not allowed/],
    ['whose claims were changed', async () => changed(await signHostToken(good)), /signature/],
    ['that is nothing', () => '', /no.* JSON Web Token/],
    ['that is text', () => 'let me in', /no.* JSON Web Token/],
    ['that is very long', () => 'x'.repeat(10_000), /too long/],
  ])('%s is refused', async (_title, token, sentence) => {
    await refused(tokens, await token(), sentence)
  })

  test('is refused without a word of its claims when it is forged', async () => {
    const forged = await signHostToken({ sub: 'user-1', exp: 1 }, 'a secret that this server does not have')
    await refused(tokens, forged, /^The signature of this token is wrong/)
  })

  test('needs a secret of 32 bytes', () => {
    expect(() => bySecrets('x'.repeat(31))).toThrow(/at least 32 bytes/)
    expect(() => bySecrets(hostSecret, 'short')).toThrow(/at least 32 bytes/)
  })

  test('is refused where no secret is set, with the setting to set', async () => {
    await refused(bySecrets(), await signHostToken(good), /AUTH_JWT_SECRET/)
  })
})

function changed(token: string): string {
  const [header, , signature] = token.split('.')
  return [header, encoded({ ...good, sub: 'user-2' }), signature].join('.')
}

describe('A token under a published key', () => {
  test.each(['RS256', 'ES256', 'EdDSA'] as const)(
    'is verified when it is signed with %s',
    async (algorithm) => {
      const key = await makeHostKey(algorithm, 'one')
      await using server = await startKeyServer([key.jwk])
      const tokens = byKeys(server.url)
      for (let time = 0; time < 3; time++)
        expect(await tokens.verify(await key.sign(good), now)).toMatchObject({ userId: 'user-1' })
      expect(server.asked).toBe(1)
      await refused(tokens, await key.sign({ ...good, exp: seconds - 60 }), /expired/)
    },
  )

  test('is not believed when the public key was taken for a secret', async () => {
    const key = await makeHostKey('RS256', 'one')
    await using server = await startKeyServer([key.jwk])
    const pem = createPublicKey({ key: key.jwk as never, format: 'jwk' }).export({
      format: 'pem',
      type: 'spki',
    })
    const confused = await signHostToken(good, String(pem))
    await refused(byKeys(server.url), confused, /RS256, ES256, EdDSA/)
    const both = hostTokens({ secrets: [hostSecret], jwksUrl: server.url, report })
    await refused(both, confused, /signature/)
    expect(await both.verify(await key.sign(good), now)).toMatchObject({ userId: 'user-1' })
    expect(await both.verify(await signHostToken(good), now)).toMatchObject({ userId: 'user-1' })
  })

  test('of a key that is not published is refused, and the server is not asked each time', async () => {
    const [key, stranger] = await Promise.all([makeHostKey('EdDSA', 'one'), makeHostKey('EdDSA', 'two')])
    await using server = await startKeyServer([key.jwk])
    const tokens = byKeys(server.url)
    for (let time = 0; time < 3; time++) await refused(tokens, await stranger.sign(good), /not published/)
    await refused(tokens, await stranger.sign(good, { kid: 'one' }), /signature/)
    await refused(tokens, unsigned(good), /not allowed/)
    expect(server.asked).toBe(1)
  })

  test('is verified with the new key after a rotation, and the old key ends when it is taken back', async () => {
    const [old, fresh] = await Promise.all([makeHostKey('RS256', 'old'), makeHostKey('RS256', 'fresh')])
    await using server = await startKeyServer([old.jwk])
    const tokens = byKeys(server.url)
    const later: Claims = { ...good, exp: seconds + 86_400 }
    await tokens.verify(await old.sign(later), now)
    server.keys = [old.jwk, fresh.jwk]
    expect(await tokens.verify(await fresh.sign(later), now + 10_000)).toMatchObject({ userId: 'user-1' })
    expect(await tokens.verify(await old.sign(later), now + 10_000)).toMatchObject({ userId: 'user-1' })
    server.keys = [fresh.jwk]
    const anHourLater = now + 3_600_000
    await expect(tokens.verify(await old.sign(later), anHourLater)).rejects.toThrow(/not published/)
  })

  test('waits for the server of the keys when it cannot be reached, and known keys go on working', async () => {
    const [key, fresh] = await Promise.all([makeHostKey('EdDSA', 'one'), makeHostKey('EdDSA', 'two')])
    await using server = await startKeyServer([key.jwk])
    server.status = 500
    const tokens = byKeys(server.url)
    const later: Claims = { ...good, exp: seconds + 86_400 }
    await refused(tokens, await key.sign(later), /cannot be fetched/, 'unavailable')
    server.status = 200
    await refused(tokens, await key.sign(later), /cannot be fetched/, 'unavailable')
    expect(server.asked).toBe(1)
    expect(await tokens.verify(await key.sign(later), now + 5_000)).toMatchObject({ userId: 'user-1' })
    server.status = 503
    const anHourLater = now + 3_600_000
    expect(await tokens.verify(await key.sign(later), anHourLater)).toMatchObject({ userId: 'user-1' })
    await expect(tokens.verify(await fresh.sign(later), anHourLater)).rejects.toMatchObject({
      code: 'unavailable',
    })
  })

  test('says so when nothing listens where the keys should be', async () => {
    const key = await makeHostKey('EdDSA', 'one')
    const server = await startKeyServer([])
    await server[Symbol.asyncDispose]()
    await refused(byKeys(server.url), await key.sign(good), /cannot be fetched/, 'unavailable')
  })
})
