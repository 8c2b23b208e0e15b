import { expect, test } from 'vitest'
import type { DomainEvent } from '../../src/server/core/events.js'
import type { Bus, Gap } from '../../src/server/core/ports.js'
import { createMemoryBus } from '../../src/server/realtime/memory-bus.js'
import { until } from '../helpers/until.js'
import { conversationOf, device, known, say, startHosted, tokenOf } from './host.js'
import { connect, newConversation } from './live.js'

/** A bus that loses what a test tells it to, as one between nodes may. */
function leakyBus(): { bus: Bus; gap(gap: Gap): void; lost: DomainEvent[] | null } {
  const inner = createMemoryBus(() => {})
  const listeners: ((gap: Gap) => void)[] = []
  const leaky = {
    lost: null as DomainEvent[] | null,
    gap: (gap: Gap) => {
      for (const listener of listeners) listener(gap)
    },
    bus: {
      ...inner,
      publish(event: DomainEvent) {
        if (leaky.lost === null) inner.publish(event)
        else leaky.lost.push(event)
      },
      onGap(listener: (gap: Gap) => void) {
        listeners.push(listener)
        return () => {}
      },
    },
  }
  return leaky
}

test('Whoever may have missed something is cut, comes back by itself, and hears all again', async () => {
  const leaky = leakyBus()
  await using server = await startHosted({ overrides: { bus: leaky.bus } })
  const [ann = '', bob = '', eve = ''] = await known(server, 'ann', 'bob', 'eve')
  using live = await connect(
    server,
    '/',
    { token: tokenOf(bob) },
    { path: '/socket.io', reconnection: true, reconnectionDelay: 10 },
  )
  await live.next('connected')
  using bystander = await device(server, eve)

  leaky.lost = []
  const { id } = await conversationOf(server, ann, 'group', [bob])
  const missed = leaky.lost
  leaky.lost = null
  await say(server, ann, id, 'unheard')
  const event = await until('the event', () => missed.find(({ type }) => type === 'conversation.created'))
  leaky.gap({ of: 'conversation', event })
  const again = await until('the second greeting', () => live.of('connected')[1])
  expect(again.rooms).toEqual([id])
  await say(server, ann, id, 'heard')
  expect(await live.next('message:new')).toMatchObject({ content: 'heard' })

  expect(bystander.socket.connected).toBe(true)
  leaky.gap({ of: 'everything' })
  await until('the end of the other connection', () => bystander.socket.disconnected)
})

test('A visitor is told in the words of their own protocol, when it concerns their app', async () => {
  const leaky = leakyBus()
  await using server = await startHosted({ overrides: { bus: leaky.bus } })
  const { deviceId, as } = await newConversation(server)
  using visitor = await connect(server, '/client', {
    app_id: as['X-App-Id'],
    device_id: deviceId,
    api_key: as['X-Api-Key'],
  })
  leaky.gap({ of: 'apps', includes: () => false })
  leaky.gap({ of: 'apps', includes: () => true })
  await visitor.next('sync:required')
  leaky.gap({ of: 'everything' })
  await until('the second word', () => visitor.of('sync:required').length === 2)
})
