import { expect, test } from 'vitest'
import { until } from '../helpers/until.js'
import { freePort } from '../setup/child-process.js'
import { serve } from './bot-installation.js'
import { installation } from './installation.js'
import { beginningAt, serveProcess, tellingServer, visitorAt } from './outside.js'
import { secretKey, startProgram } from './program.js'
import { run } from './run.js'

const tail = (url: string, ...words: string[]) =>
  startProgram(['tail', '--url', url, '--app', 'app_shop', ...words])

test('each event is a line for people, and Ctrl-C says how to go on', async () => {
  await using server = await tellingServer()
  const following = tail(server.url, '--event', 'message.created')
  await following.says('Ctrl-C ends')
  await server.visitor.say('Is EU shipping free?')
  const line = await until('a message is told', () => following.lines()[0], { deadline: 20_000 })
  expect(line).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}message\.created +Bo Li {2}conv_\w+ {2}Is EU shipping free\?$/,
  )
  following.child.kill('SIGINT')
  expect(await following.ended).toBe(130)
  expect(following.lines()).toHaveLength(1)
  const cursor = /--since (\S+)/.exec(following.output.stderr)?.[1] ?? ''
  await server.visitor.say('Between the two')
  const again = tail(server.url, '--since', cursor, '--json')
  const first = await until('it goes on', () => again.objects()[0], { deadline: 20_000 })
  expect(first).toMatchObject({ type: 'message.created', data: { content: 'Between the two' } })
})

test('a server that is killed and started again costs no event and doubles none', async () => {
  const { data } = await installation()
  const port = await freePort()
  const server = serveProcess(data, port)
  await server.ready()
  const { cursor, visitor } = await beginningAt(server.url)
  const following = tail(server.url, '--event', 'message.created', '--since', cursor, '--json')
  const said: string[] = []
  const say = async (text: string) => {
    await visitor.say(text)
    said.push(text)
  }
  await say('first')
  await until('it follows', () => following.lines().length === 1, { deadline: 20_000 })
  for (let number = 0; number < 30; number++) await say(`before ${number}`)
  server.child.kill('SIGKILL')
  await server.ended
  const second = serveProcess(data, port)
  await second.ready()
  for (let number = 0; number < 30; number++) await say(`after ${number}`)

  await until('everything is there', () => following.lines().length >= said.length, { deadline: 20_000 })
  const told = following.objects() as { cursor: string; data: { content: string } }[]
  expect(told.map((event) => event.data.content)).toEqual(said)
  expect(new Set(told.map((event) => event.cursor)).size).toBe(said.length)
}, 60_000)

test('what strangers write cannot command the terminal', async () => {
  await using server = await tellingServer()
  const following = tail(server.url, '--since', server.cursor)
  const stranger = await visitorAt(server.url, 'Eve\u001b]0;owned\u0007\u202e Li')
  await stranger.say('one\u001b[2J\u009b31m\u0000\r\ntwo\u202ethree\u0007')
  await until('it is told', () => following.output.stdout.includes('two'), { deadline: 20_000 })
  expect(following.output.stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  expect(following.lines().find((line) => line.includes('two'))).toMatch(/Eve.*one/)
})

test('a reader that has seen enough ends it quietly', async () => {
  await using server = await tellingServer()
  const following = tail(server.url, '--since', server.cursor, '--json')
  await server.visitor.say('hello')
  await until('it follows', () => following.lines().length > 0, { deadline: 20_000 })
  following.child.stdout.destroy()
  await server.visitor.say('hello again')
  expect(await following.ended).toBe(0)
  expect(following.output.stderr).toBe('')
})

test('without a running server, or with a wrong token, it says so', async () => {
  const words = ['tail', '--app', 'app_shop', '--token-file', '-', '--json']
  const nowhere = await run([...words, '--url', 'http://127.0.0.1:9'], secretKey)
  expect(nowhere.code).toBe(6)
  expect(nowhere.json()).toMatchObject({
    error: { code: 'not_reachable', hint: expect.stringContaining('replyhq serve') },
  })
  const { data } = await installation()
  await using server = await serve(data)
  const wrong = await run([...words, '--url', server.url], 'sk_wrong_0123456789abcdefghij')
  expect(wrong.code).toBe(4)
  const place = await run([...words, '--url', server.url, '--since', 'nowhere'], secretKey)
  expect(place).toMatchObject({ code: 2, stdout: expect.stringContaining('cursor') })
  const typo = await run(['tail', '--event', 'mesage.created'])
  expect(typo).toMatchObject({ code: 2, stderr: expect.stringContaining('message.created') })
})

test('a cursor that is none is refused with where to take one from', async () => {
  await using server = await tellingServer()
  const following = tail(server.url, '--since', 'nonsense')
  expect(await following.ended).toBe(2)
  expect(following.output.stderr).toContain('none of an event')
  expect(following.output.stderr).toContain('tail --json')
})
