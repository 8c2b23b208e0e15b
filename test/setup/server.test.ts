import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { asBearer, asDevice, call, people, shop, startTestServer } from '../helpers/server.js'
import { ServerProcess } from '../helpers/server-process.js'

test('a test server knows the shop, its visitors and its agents', async () => {
  await using server = await startTestServer()
  const begun = await call(server, 'POST', '/v1/conversations', { as: asDevice('phone', shop), body: {} })
  const me = await call(server, 'GET', '/v1/auth/me', { as: asBearer(people.ana.token, shop.id) })
  expect(begun).toMatchObject({ status: 201, body: { conversation: { status: 'open', app_id: shop.id } } })
  expect(me).toMatchObject({ status: 200, body: { agent: { email: people.ana.email } } })
})

test('a server in a process of its own keeps what it had when it is killed', async () => {
  await using server = await ServerProcess.start()
  const phone = asDevice('phone', shop)
  const before = await call(server, 'POST', '/v1/conversations', { as: phone, body: {} })
  await server.end('SIGKILL')
  await server.start()
  const after = await call(server, 'POST', '/v1/conversations', { as: phone, body: {} })
  const code = await server.end('SIGTERM')
  expect(before.status).toBe(201)
  expect(after).toMatchObject({ status: 200, body: before.body })
  expect(code).toBe(0)
  expect(existsSync(server.installation.config.databaseUrl)).toBe(true)
})
