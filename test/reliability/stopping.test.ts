import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { io } from 'socket.io-client'
import { expect, test } from 'vitest'
import { asDevice, call, shop, startTestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'

const isRefused = (url: string) =>
  fetch(`${url}/ready`).then(
    () => false,
    () => true,
  )

test('A server that stops answers the request that it was reading, and takes no other', async () => {
  const server = await startTestServer()
  const headers = asDevice('slow', shop)
  const body = JSON.stringify({})
  const slow = request(`${server.url}/v1/conversations`, {
    method: 'POST',
    agent: false,
    headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length },
  })
  const answered = once(slow, 'response')
  slow.write(body.slice(0, 1))
  await once(slow, 'socket')
  await until('the server reads it', async () => (await call(server, 'GET', '/ready')).status === 200)
  const stopped = server[Symbol.asyncDispose]()
  await until('nobody else is let in', () => isRefused(server.url))
  slow.end(body.slice(1))
  const [response] = (await answered) as [IncomingMessage]
  response.resume()
  await stopped
  expect(response.statusCode).toBe(201)
  expect(response.headers.connection).toBe('close')
})

test('A server that stops looks to its clients like a cut, after which they come back by themselves', async () => {
  const server = await startTestServer()
  const socket = io(`${server.url}/client`, {
    path: '/v1/socket.io',
    reconnectionDelay: 10,
    auth: { app_id: shop.id, device_id: 'phone', api_key: shop.publishableKey },
  })
  await new Promise<void>((resolve) => socket.once('connected', () => resolve()))
  const cut = new Promise<string>((resolve) => socket.once('disconnect', resolve))
  await server[Symbol.asyncDispose]()
  // While it polls, the next poll may be refused before it hears that this one ended.
  expect(await cut).toMatch(/^transport (close|error)$/)
  expect(socket.active).toBe(true)
  socket.close()
})
