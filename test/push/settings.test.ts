import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPush, type PushSettings, pushGuard } from '../../src/server/adapters/push/push.js'
import { handMovedClock } from '../helpers/clock.js'
import { temporaryFolder } from '../helpers/databases.js'
import { subject, vapid } from './desk.js'
import { Firebase } from './firebase.js'

const firebase = new Firebase(Date.now)
beforeAll(() => firebase.start())
afterAll(() => firebase.stop())

const open = (settings: Partial<PushSettings>) =>
  openPush(
    { fcmUrl: firebase.url, ...settings },
    { clock: handMovedClock(Date.now()), guard: pushGuard([]), report: () => {} },
  )

function file(content: string): string {
  const path = join(temporaryFolder(), 'account.json')
  writeFileSync(path, content)
  return path
}

const ellipticKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

test.each([
  ['that is not there', () => '/nowhere/account.json', 'cannot be read'],
  ['that is no JSON', () => file('secret: x'), 'is no JSON'],
  ['that is no object', () => file('[]'), 'has no usable object'],
  ['without a project', () => firebase.accountFile({ project_id: undefined }), 'has no usable project_id'],
  [
    'with a project that is a path',
    () => firebase.accountFile({ project_id: '../x' }),
    'has no usable project_id',
  ],
  ['with a key that is none', () => firebase.accountFile({ private_key: 'x' }), 'is no RSA key'],
  [
    'with a key of another kind',
    () => firebase.accountFile({ private_key: ellipticKey.export({ type: 'pkcs8', format: 'pem' }) }),
    'is no RSA key',
  ],
])('A service account %s is refused with a sentence', async (_what, path, sentence) => {
  const opening = open({ fcmServiceAccountFile: path() })
  await expect(opening).rejects.toThrow(/^PUSH_FCM_SERVICE_ACCOUNT_FILE: /)
  await expect(opening).rejects.toThrow(sentence)
})

const complete = { vapidSubject: subject, vapidPublicKey: vapid.publicKey, privateKey: vapid.privateKey }

test.each([
  ['no private key', { privateKey: undefined }, 'together'],
  ['no subject', { vapidSubject: undefined }, 'together'],
  ['a subject that is no address', { vapidSubject: 'me' }, 'PUSH_VAPID_SUBJECT must be'],
  ['a private key of another pair', { privateKey: `${'A'.repeat(42)}E` }, 'does not belong'],
  ['a private key that is none', { privateKey: 'x' }, 'does not belong'],
])('Web push with %s is refused with a sentence', async (_what, changes, sentence) => {
  await expect(open({ ...complete, ...changes })).rejects.toThrow(sentence)
})

test('What is configured is served, and nothing else', async () => {
  const none = await open({})
  expect([none.enabled, none.vapidPublicKey]).toEqual([false, null])
  const web = await open(complete)
  expect([web.enabled, web.serves('web'), web.serves('fcm'), web.vapidPublicKey]).toEqual([
    true,
    true,
    false,
    vapid.publicKey,
  ])
  const phones = await open({ fcmServiceAccountFile: firebase.accountFile() })
  expect([phones.enabled, phones.serves('web'), phones.serves('fcm'), phones.vapidPublicKey]).toEqual([
    true,
    false,
    true,
    null,
  ])
})

test('A token service that refuses is reported in the answer, with what to check', async () => {
  const account = firebase.accountFile({ client_email: 'stranger@shop-1.example' })
  const sender = await open({ fcmServiceAccountFile: account })
  const push = { title: 'x', body: 'x', appId: 'app', conversationId: 'conv', messageId: 'msg' }
  const answer = await sender.send({ kind: 'fcm', token: 'x' }, { ...push, collapseKey: 'x', ttlSeconds: 9 })
  expect(answer).toMatchObject({
    outcome: 'failed',
    status: null,
    error: expect.stringContaining('service account'),
  })
})
