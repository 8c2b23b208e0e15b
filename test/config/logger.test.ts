import { expect, test } from 'vitest'
import { createLoggers } from '../../src/logger.js'

function capture(options: { level?: 'info' | 'silent'; pretty?: boolean } = {}) {
  const lines: string[] = []
  const stream = { write: (line: string) => void lines.push(line) }
  return { lines, loggers: createLoggers({ level: 'info', ...options, stream }) }
}

test('a line is JSON with its logger, level, time and fields', () => {
  const { lines, loggers } = capture()
  loggers.http.info({ requestId: 'req_1', status: 200 }, 'GET /v1')
  const line = JSON.parse(lines.join(''))
  expect(line).toMatchObject({ level: 'info', name: 'http', requestId: 'req_1', status: 200, msg: 'GET /v1' })
  expect(line.time).toMatch(/^\d{4}-.*Z$/)
})

test('nothing that opens a door reaches the log, wherever it stands', () => {
  const { lines, loggers } = capture()
  const secrets = [
    'hunter2secret',
    'sk_0123456789abcdef',
    'rhq_0123456789abcdef',
    'pk_0123456789abcdef',
    'eyJhbGci.eyJzdWIi.c2ln',
  ]
  loggers.core.info(
    {
      password: 'hunter2secret',
      nested: {
        headers: { authorization: 'Bearer hunter2secret', cookie: 'a=hunter2secret' },
        apiKey: ['hunter2secret'],
      },
      url: 'postgres://me:hunter2secret@host/db',
      note: `the key is ${secrets[1]}`,
    },
    `used ${secrets.slice(2).join(' and ')}`,
  )
  loggers.core.error({ err: new Error(`no entry with ${secrets[1]}`) }, 'failed')
  for (const secret of secrets) expect(lines.join('')).not.toContain(secret)
  expect(lines.join('')).toContain('failed')
})

test('numbers and flags with such names stay, because they say how much and not what', () => {
  const { lines, loggers } = capture()
  loggers.bot.info({ totalTokens: 12, hasPassword: true }, 'turn')
  expect(JSON.parse(lines.join(''))).toMatchObject({ totalTokens: 12, hasPassword: true })
})

test('before a terminal the lines are for people, and masked as well', () => {
  const { lines, loggers } = capture({ pretty: true })
  loggers.server.info({ port: 3000, key: 'sk_0123456789abcdef' }, 'listening')
  expect(lines.join('')).toMatch(/INFO.*\(server\).*listening/)
  expect(lines.join('')).not.toContain('sk_0123456789abcdef')
})

test('silent is silent', () => {
  const { lines, loggers } = capture({ level: 'silent' })
  loggers.server.error('nothing')
  expect(lines).toEqual([])
})
