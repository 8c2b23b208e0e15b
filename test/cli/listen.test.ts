import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { createAdminClient } from '../../src/client/index.js'
import { answering, Receiver } from '../helpers/receiver.js'
import { until } from '../helpers/until.js'
import { serve } from './bot-installation.js'
import { installation } from './installation.js'
import { visitorAt } from './outside.js'
import { secretKey, startProgram } from './program.js'
import { run } from './run.js'

test('live events come to this machine as webhooks that verify, each with its status', async () => {
  const { data } = await installation()
  await using server = await serve(data)
  await using receiver = await Receiver.start()
  const listening = startProgram([
    'webhooks',
    'listen',
    '--forward',
    receiver.url,
    '--event',
    'message.created',
    '--url',
    server.url,
    '--app',
    'app_shop',
  ])
  await listening.says('Ctrl-C ends')
  const visitor = await visitorAt(server.url)
  await visitor.say('Is EU shipping free?')
  const [received] = await until('it came', () => receiver.received.length > 0 && receiver.received, {
    deadline: 20_000,
  })
  const secret = /^secret {2}(whsec_\S+)$/m.exec(listening.output.stdout)?.[1] ?? ''
  const verified = new Webhook(secret).verify(
    received?.body ?? '',
    received?.headers as Record<string, string>,
  )
  expect(verified).toMatchObject({ type: 'message.created', data: { content: 'Is EU shipping free?' } })
  expect(received?.headers).toMatchObject({
    'x-webhook-id': received?.event.id,
    'x-webhook-event': 'message.created',
    'x-webhook-attempt': '1',
    'x-webhook-signature': expect.stringMatching(/^t=\d+,v1=[0-9a-f]{64}$/),
  })
  await listening.says(`message.created        204`)
  receiver.answer = answering(500, {}, 'broken')
  await visitor.say('Again')
  await listening.says(`message.created        500`)
  await receiver[Symbol.asyncDispose]()
  await visitor.say('And again')
  await listening.says('ECONNREFUSED')
  listening.child.kill('SIGINT')
  expect(await listening.ended).toBe(130)
  expect(listening.output.stderr).toMatch(/--since \S+/)
})

test('without a server there is no secret, and a wrong address is refused at once', async () => {
  const words = ['webhooks', 'listen', '--app', 'app_shop', '--token-file', '-']
  const nowhere = await run(
    [...words, '--forward', 'http://localhost:1', '--url', 'http://127.0.0.1:9'],
    secretKey,
  )
  expect(nowhere).toMatchObject({ code: 6, stdout: '' })
  expect((await run([...words, '--forward', 'localhost:1'])).code).toBe(2)
})

test('what came before --since is not sent, what came after it is', async () => {
  const { data } = await installation()
  await using server = await serve(data)
  await using receiver = await Receiver.start()
  const admin = createAdminClient({ url: server.url, apiKey: secretKey, appId: 'app_shop' })
  await admin.events.page()
  const visitor = await visitorAt(server.url)
  await visitor.say('before')
  const { cursor } = await admin.events.page()
  await visitor.say('after')
  const listening = startProgram([
    'webhooks',
    'listen',
    '--forward',
    receiver.url,
    '--since',
    cursor,
    '--json',
    '--url',
    server.url,
    '--app',
    'app_shop',
  ])
  await until('it came', () => receiver.received.length > 0, { deadline: 20_000 })
  expect(receiver.received.map(({ event }) => event.data.content)).toEqual(['after'])
  await until('it is told', () => listening.lines().length === 2)
  expect(listening.objects()).toMatchObject([
    { forward: receiver.url, secret: expect.stringMatching(/^whsec_/) },
    { event: { type: 'message.created', cursor: expect.any(String) }, status: 204, error: null },
  ])
})
