import { expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/databases.js'
import { ServerProcess } from '../helpers/server-process.js'
import { until } from '../helpers/until.js'
import { startChat } from './helpers/chat-run.js'
import { agentOf } from './helpers/people.js'

test('lines that are written while the server is gone wait, over a restart of the chat, and arrive once', async () => {
  await using server = await ServerProcess.start()
  const folder = temporaryFolder()
  const chat = startChat(server, folder, { patience: 100 })
  chat.type('before the crash')
  await chat.shows('✓ sent')
  await server.end('SIGKILL')
  await chat.shows('No connection.')
  chat.type('during the crash')
  chat.type('/quit')
  await until(
    'it says that lines wait',
    () => chat.hints().includes('waits here and goes at the next start'),
    {
      deadline: 30_000,
    },
  )
  expect(await chat.code).toBe(6)

  const second = startChat(server, folder)
  second.type('after a restart')
  await server.start()
  await until('both are sent', () => second.hints().split('✓ sent').length === 3, { deadline: 30_000 })
  second.type('/quit')
  expect(await second.code).toBe(0)
  using ana = agentOf(server, 'ana')
  const [conversation, ...others] = (await ana.client.conversations.list()).items
  expect(others).toEqual([])
  const { messages } = await ana.client.conversations.messages(conversation?.id ?? '')
  expect(messages.map(({ body }) => body)).toEqual([
    'before the crash',
    'during the crash',
    'after a restart',
  ])
}, 120_000)

test('lines that are written before the first contact begin the conversation', async () => {
  await using server = await ServerProcess.start()
  await server.end('SIGTERM')
  const folder = temporaryFolder()
  const first = startChat(server, folder, { patience: 100 })
  first.type('is anybody there')
  first.end()
  expect(await first.code).toBe(6)
  await server.start()
  const second = startChat(server, folder)
  await second.shows('✓ sent')
  second.end()
  expect(await second.code).toBe(0)
  using ana = agentOf(server, 'ana')
  expect((await ana.client.conversations.list()).items).toMatchObject([
    { last_message: { body: 'is anybody there' } },
  ])
}, 120_000)
