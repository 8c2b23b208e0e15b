import { describe, expect, test } from 'vitest'
import {
  type AdminConversation,
  type AdminLive,
  connectAdmin,
  createAdminClient,
  type OfferChange,
} from '../../src/client/index.js'
import { until } from '../helpers/until.js'
import { message } from './helpers/wire.js'
import { WireServer } from './helpers/wire-server.js'

const serverTime = '2026-01-01T00:00:00.000Z'

/** A server that offers conversations at each subscription, and at the test's word. */
async function offeringServer(...open: string[]) {
  const server = Object.assign(await WireServer.start(), { open })
  server.answers['app:subscribe'] = () => {
    for (const id of server.open) offer(server, id)
    return { ok: true, app_id: 'app_1' }
  }
  server.answers['queue:decline'] = () => ({ ok: true })
  return server
}

function offer(server: WireServer, id: string, expires_at = '2026-01-01T00:00:30.000Z'): void {
  const conversation: Pick<AdminConversation, 'id'> = { id }
  server.say('queue:offer', { conversation, expires_at, expires_in: 30_000 })
}

function agentOn(server: WireServer): AdminLive & Disposable {
  const client = createAdminClient({ url: server.url, token: 'rhq_1', appId: 'app_1' })
  const live = connectAdmin(client, { backoff: { first: 10, longest: 40 } })
  live.onState((state) => {
    if (state.phase === 'connected' && state.roundTripMs === null)
      server.say('connected', { agent: null, app_id: 'app_1', server_time: serverTime })
  })
  return Object.assign(live, { [Symbol.dispose]: () => live.close() })
}

const offered = (live: AdminLive) => live.offers.items.map(({ conversation }) => conversation.id)

/** What the feed tells of ends, as it comes. */
function endsOf(live: AdminLive): string[] {
  const ends: string[] = []
  live.offers.subscribe((change: OfferChange) => {
    if (change.type === 'ended') ends.push(`${change.offer.conversation.id} ${change.outcome}`)
  })
  return ends
}

describe('An offer feed', () => {
  test('holds what is offered until it ends, and says how', async () => {
    await using server = await offeringServer('conv_a')
    using live = agentOn(server)
    const ends = endsOf(live)
    await until('the open one came', () => offered(live).length === 1)
    offer(server, 'conv_b')
    await until('another came', () => offered(live).length === 2)
    server.say('queue:offer_ended', { conversation_id: 'conv_a', outcome: 'expired' })
    server.say('queue:offer_ended', { conversation_id: 'conv_unknown', outcome: 'expired' })
    server.say('queue:offer_ended', { conversation_id: 'conv_b', outcome: 'declined' })
    await until('both ended', () => offered(live).length === 0)
    expect(ends).toEqual(['conv_a expired', 'conv_b declined'])
  })

  test('takes the words that come after the offer', async () => {
    await using server = await offeringServer('conv_a')
    using live = agentOn(server)
    await until('it came', () => offered(live).length === 1)
    server.say(
      'message:new',
      message(1, { conversation_id: 'conv_a', sender: 'user', body: 'is shipping free?' }),
    )
    await until('the words came', () => live.offers.items[0]?.conversation.last_message != null)
    expect(live.offers.items[0]?.conversation.last_message?.body).toBe('is shipping free?')
  })

  test("counts down by the server's clock", async () => {
    await using server = await offeringServer('conv_a')
    using live = agentOn(server)
    await until('it came', () => offered(live).length === 1)
    const left = (live.offers.items[0]?.expiresAt ?? 0) - Date.now()
    expect(left).toBeGreaterThan(20_000)
    expect(left).toBeLessThanOrEqual(30_000)
  })

  test('shows no more seconds than there are, however late the greeting came', async () => {
    await using server = await offeringServer()
    using live = agentOn(server)
    await until('it is connected', () => server.askedFor('app:subscribe').length === 1)
    offer(server, 'conv_a', '2026-01-01T00:00:50.000Z')
    await until('it came', () => offered(live).length === 1)
    expect((live.offers.items[0]?.expiresAt ?? 0) - Date.now()).toBeLessThanOrEqual(30_000)
  })

  test('ends after a cut what is not offered any more, and keeps the rest', async () => {
    await using server = await offeringServer('conv_a', 'conv_b')
    using live = agentOn(server)
    const ends = endsOf(live)
    await until('both came', () => offered(live).length === 2)
    server.open.splice(0, 1)
    server.cut()
    await until('one ended', () => ends.length === 1)
    expect(ends).toEqual(['conv_a null'])
    expect(offered(live)).toEqual(['conv_b'])
  })

  test('declines by asking the server', async () => {
    await using server = await offeringServer('conv_a')
    using live = agentOn(server)
    await until('it came', () => offered(live).length === 1)
    await live.request('queue:decline', { conversation_id: 'conv_a' })
    expect(server.askedFor('queue:decline')).toEqual([{ conversation_id: 'conv_a' }])
  })
})
