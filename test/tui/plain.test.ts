import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { temporaryFolder } from '../helpers/databases.js'
import { startTestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { agentClient, tuiProgram, Visitor } from './desk.js'
import { Script } from './script.js'

// A server and a program are started: on a machine that is busy that takes its time.
vi.setConfig({ testTimeout: 60_000 })

it('The line mode tags, changes, saves, searches and asks before it sends a canned reply', async () => {
  await using server = await startTestServer()
  const olga = agentClient(server.url, 'olga')
  await olga.cannedReplies.create({ name: 'ret', text: 'Returns are free.', shared: true })
  await using visitor = await Visitor.comes(server.url, 'Bo', 'is my zebra lamp there?')
  const file = await visitor.client.upload('../bill\u202e.txt', new Blob(['4711']))
  await visitor.client.post(visitor.conversationId, { attachments: [file.id], type: 'file' })
  const home = temporaryFolder()
  const { command, environment } = tuiProgram(server.url, { arguments: ['--plain'], home })
  await using script = Script.start(command, environment)
  await script.says('Queue (1)')
  script.type('/accept')
  await script.says('[file bill.txt]')
  script.type('/tag late')
  await script.says('* Bo has the tag “late” now')
  script.type('It is on its wy')
  await visitor.hears('It is on its wy')
  script.type('/edit')
  await script.says('Type the new text of this message')
  script.type('It is on its way')
  await script.says('It is on its way (edited)')
  script.type('/ret')
  await script.says('Send “Returns are free.”? (y/n)')
  script.type('y')
  await visitor.hears('Returns are free.')
  script.type('/save bill')
  await script.says('* Saved: ')
  expect(readFileSync(join(home, 'Downloads', 'bill.txt'), 'utf8')).toBe('4711')
  script.type('/copy last')
  await script.says('! There is no terminal here')
  script.type('/search zebra')
  await script.says(/1\. #\w{4} Bo \(is my zebra lamp there\? · /)
  script.type('1')
  await script.says(/Found 1:\n.*is my zebra lamp there\?/)
  script.type('/snooze 2h')
  await script.says('* Bo is put aside until')
  const conversation = () => olga.conversations.one(visitor.conversationId)
  await until('it is put aside', async () => (await conversation()).status === 'snoozed')
  expect((await conversation()).tags).toEqual(['late'])
})
