import { expect, test } from 'vitest'
import { eachDatabase } from '../helpers/databases.js'
import { asBearer, call, shop } from '../helpers/server.js'
import { ServerProcess } from '../helpers/server-process.js'
import { until } from '../helpers/until.js'
import { newConversation } from '../protocols/live.js'
import { Firebase } from './firebase.js'

eachDatabase('Of a server that is killed while Firebase keeps it waiting', (database) => {
  test('every push comes after all, with the newest message of its conversation', async () => {
    const firebase = await new Firebase(Date.now).start()
    const environment = {
      PUSH_FCM_SERVICE_ACCOUNT_FILE: firebase.accountFile(),
      PUSH_FCM_URL: firebase.url,
      WEBHOOK_LEASE: '5s',
      REPLYHQ_LOG_LEVEL: 'info',
    }
    await using server = await ServerProcess.start({ databaseUrl: await database.url(), environment })
    expect(server.output).toContain('push notifications are on')
    const as = asBearer(shop.secretKey)
    const tokens = ['one', 'two', 'three']
    const told = await Promise.all(tokens.map((token) => register(server, token)))
    const write = (id: string, local_id: string, body: string) =>
      call(server, 'POST', `/v1/admin/conversations/${id}/messages`, { as, body: { local_id, body } })
    const never = new Promise<never>(() => {})
    firebase.answer = () => never
    for (const id of told) expect((await write(id, '1', 'first')).status).toBe(201)
    await until('Firebase has them', () => tokens.every((token) => firebase.to(token).length === 1))
    for (const id of told) expect((await write(id, '2', 'second')).status).toBe(201)
    await server.end('SIGKILL')
    firebase.answer = () => ({ status: 200, body: {} })
    await server.start()
    const bodies = (token: string) => firebase.to(token).map(({ notification }) => notification.body)
    const all = () => tokens.every((token) => bodies(token).includes('second'))
    await until('all come', all, { deadline: 20_000 })
    expect(tokens.map(bodies)).toEqual(Array(3).fill(['first', 'second']))
    const deliveries = async () =>
      (await call(server, 'GET', '/v1/admin/deliveries', { as })).body as { deliveries: { state: string }[] }
    const done = async () => (await deliveries()).deliveries.every(({ state }) => state === 'done')
    await until('all is written down', done)
    expect((await deliveries()).deliveries).toHaveLength(3)
    expect(await server.end('SIGTERM')).toBe(0)
    await firebase.stop()
  }, 60_000)
})

async function register(server: ServerProcess, push_token: string): Promise<string> {
  const { as, id } = await newConversation(server)
  const body = { push_token, platform: 'android' }
  expect((await call(server, 'PUT', '/v1/devices', { as, body })).status).toBe(200)
  return id
}
