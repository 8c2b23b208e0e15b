import { describe, expect, test } from 'vitest'
import { type ConnectionState, connectAdmin, createAdminClient } from '../../src/client/index.js'
import { until } from '../helpers/until.js'
import { visitorOn } from './helpers/visitor.js'
import { WireServer } from './helpers/wire-server.js'

describe('A live connection', () => {
  test('tells its state from the first attempt to the round trip', async () => {
    await using server = await WireServer.start()
    using live = visitorOn(server)
    const phases: string[] = [live.state.phase]
    live.onState(({ phase }) => phases.push(phase))
    const state = await until(
      'measured',
      () => live.state.phase === 'connected' && live.state.roundTripMs !== null && live.state,
    )
    expect(phases).toEqual(['connecting', 'connected', 'connected'])
    expect(state.roundTripMs).toBeGreaterThanOrEqual(0)
  })

  test('tells when it will try again, and tries at once when asked', async () => {
    await using server = await WireServer.start()
    await server.stop()
    using live = visitorOn(server, { backoff: { first: 60_000, longest: 60_000 } })
    const waiting = await until('it waits', () => live.state.phase === 'waiting' && live.state)
    expect(waiting.attempt).toBe(1)
    expect(waiting.nextAttemptAt - Date.now()).toBeGreaterThan(20_000)
    await server.start()
    live.reconnect()
    await until('it is connected', () => live.state.phase === 'connected')
  })

  test('stops at a refusal with the reason', async () => {
    await using server = await WireServer.start()
    server.admit = () => ({ code: 'forbidden', message: 'This key is for servers.' })
    using live = visitorOn(server)
    const refused = await until('it is refused', () => live.state.phase === 'refused' && live.state)
    expect(refused.error).toMatchObject({ code: 'forbidden', message: 'This key is for servers.' })
    server.admit = () => null
    live.reconnect()
    await until('it is connected', () => live.state.phase === 'connected')
  })

  test('waits when the server has no room now', async () => {
    await using server = await WireServer.start()
    server.admit = () => ({ code: 'unavailable', message: 'Starting.' })
    using live = visitorOn(server)
    await until('it waits', () => live.state.phase === 'waiting')
    server.admit = () => null
    await until('it is connected', () => live.state.phase === 'connected')
  })

  test('fails what it asked when the connection is cut, and at once while there is none', async () => {
    await using server = await WireServer.start()
    using live = visitorOn(server)
    await until('it is connected', () => live.state.phase === 'connected')
    const asked = live.request('typing:start', { conversation_id: 'conv_1' })
    await until('it was asked', () => server.askedFor('typing:start').length === 1)
    await server.stop()
    await expect(asked).rejects.toMatchObject({ code: 'unreachable' })
    await expect(live.request('ping', {})).rejects.toMatchObject({ code: 'unreachable' })
  })

  test('gives up a connection that swallows everything and makes a new one', async () => {
    await using server = await WireServer.start()
    let swallowing = true
    server.answers.ping = () => (swallowing ? undefined : { ok: true })
    const states: ConnectionState[] = []
    using live = visitorOn(server, { ackTimeout: 50 })
    live.onState((state) => states.push(state))
    await until('it gave up', () => states.some(({ phase }) => phase === 'waiting'))
    swallowing = false
    await until('it has a new one', () => live.state.phase === 'connected' && live.state.roundTripMs !== null)
  })

  test('rejects with the refusal in an ack', async () => {
    await using server = await WireServer.start()
    const error = { code: 'conflict', message: 'Ben has it.', assignee: { id: 'agt_2', name: 'Ben' } }
    server.answers['conversation:claim'] = () => ({ ok: false, error })
    const live = connectAdmin(createAdminClient({ url: server.url, token: 'rhq_1' }))
    await until('it is connected', () => live.state.phase === 'connected')
    const claim = live.request('conversation:claim', { conversation_id: 'conv_1' })
    await expect(claim).rejects.toMatchObject(error)
    live.close()
  })

  test('says that somebody types at most every 3 seconds, and that they stopped', async () => {
    await using server = await WireServer.start()
    using live = visitorOn(server)
    await until('it is connected', () => live.state.phase === 'connected')
    for (let key = 0; key < 20; key++) live.typing('conv_1', true)
    live.typing('conv_1', false)
    live.typing('conv_1', false)
    await until('the stop arrived', () => server.askedFor('typing:stop').length === 1)
    expect(server.askedFor('typing:start')).toHaveLength(1)
  })

  test('forgets who typed when the connection is cut', async () => {
    await using server = await WireServer.start()
    using live = visitorOn(server)
    const feed = live.conversation('conv_1')
    await until('it is connected', () => live.state.phase === 'connected')
    await live.request('ping', {})
    const agent = { id: 'agt_1', name: 'Ana' }
    server.say('agent:typing', { conversation_id: 'conv_1', agent, is_typing: true })
    await until('Ana types', () => feed.typing.length === 1)
    expect(feed.typing).toEqual([{ side: 'agent', ...agent }])
    server.cut()
    await until('nobody types', () => feed.typing.length === 0)
  })
})
