import { expect, test } from 'vitest'
import { serve } from './bot-installation.js'
import { installation } from './installation.js'
import { beginningAt, tellingServer } from './outside.js'
import { secretKey } from './program.js'
import { run } from './run.js'

test('the way of a message is a timeline for people, and JSON for scripts', async () => {
  await using server = await tellingServer()
  const { id, sequence } = await server.visitor.say('Is EU shipping free?')
  const trace = (...words: string[]) =>
    run(['trace', ...words, '--url', server.url, '--app', 'app_shop', '--token-file', '-'], secretKey)
  const shown = await trace(id)
  expect(shown.code, shown.stderr).toBe(0)
  expect(shown.stdout).toMatch(/accepted +│? *\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/)
  expect(shown.stdout).toMatch(/stored +│? *after \d{4}-/)
  expect(shown.stdout).toMatch(
    /fanned out +│? *\d{4}-\d\d-\d\d [\d:.]+ +│? *\S+:127\.0\.0\.1:0 +│? *nobody there/,
  )
  const told = (await trace(id, '--json')).json()
  expect(told).toMatchObject({ message_id: id, sequence, sender: { type: 'contact', name: 'Bo Li' } })
})

test('a command beside the server says that only a server knows of the fan-out', async () => {
  const { here, data } = await installation()
  const server = await serve(data)
  const { visitor } = await beginningAt(server.url)
  const { id } = await visitor.say('Is anybody there?')
  await server[Symbol.asyncDispose]()
  const shown = await here('trace', id)
  expect(shown.stdout).toMatch(/fanned out +│? *unknown.*only a running server knows: add --url/)
  const told = (await here('trace', id, '--json')).json()
  expect(told).toMatchObject({
    steps: expect.arrayContaining([
      {
        step: 'fanned_out',
        at: null,
        certainty: 'unknown',
        participant: null,
        delivery: null,
        fan_out: null,
      },
    ]),
  })
})

test('a message that is not there ends with 3', async () => {
  await using server = await tellingServer()
  const words = ['trace', 'msg_01h455vb4pex5vsknk084sn02q', '--url', server.url, '--app', 'app_shop']
  expect((await run([...words, '--token-file', '-'], secretKey)).code).toBe(3)
})
