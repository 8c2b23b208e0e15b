import { expect, test } from 'vitest'
import { talkOverBadNetwork } from '../../bench/faults/bad-network.js'
import { people, shop, startTestServer } from '../helpers/server.js'

test('over a network that cuts, delays and swallows everything arrives once and in order', async () => {
  await using server = await startTestServer()
  const heard = await talkOverBadNetwork({ port: server.port, app: shop }, people.ana.token, 200)
  expect(heard).toHaveLength(6)
  for (const { shown, expected } of heard) expect(shown).toEqual(expected)
}, 60_000)
