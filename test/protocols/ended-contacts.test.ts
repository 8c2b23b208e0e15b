import { afterAll, beforeAll, expect, test } from 'vitest'
import { asBearer, call, people, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { connectVisitor, newConversation } from './live.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const asAdam = asBearer(people.adam.token, shop.id)

/** A visitor who is connected, and the id of the contact. */
async function connected() {
  const { deviceId, id } = await newConversation(server)
  const { body } = await call(server, 'GET', `/v1/admin/conversations/${id}`, { as: asAdam })
  const { conversation } = body as { conversation: { visitor_id: string } }
  return { live: await connectVisitor(server, deviceId), deviceId, contactId: conversation.visitor_id }
}

test('a visitor whose contact is merged into another or deleted comes again, and writes as who they are now', async () => {
  const [ended, kept] = await Promise.all([connected(), connected()])
  const path = `/v1/admin/contacts/${kept.contactId}`
  await call(server, 'POST', `${path}/merge`, { as: asAdam, body: { from: ended.contactId } })
  await until('the connection of the ended contact has ended', () => !ended.live.socket.connected)
  expect(kept.live.socket.connected).toBe(true)
  using again = await connectVisitor(server, ended.deviceId)
  await again.next('connected')
  expect((await call(server, 'DELETE', path, { as: asAdam })).status).toBe(204)
  for (const { socket } of [again, kept.live])
    await until('the connections of the deleted contact have ended', () => !socket.connected)
})
