import { expect, test, vi } from 'vitest'
import { collectStartGarbage } from '../../src/cli/serve/start-garbage.js'

test('What only the start needed is given back', async () => {
  const collected = vi.fn()
  const registry = new FinalizationRegistry(collected)
  registry.register({ from: 'the start' }, 'garbage')
  using _garbage = collectStartGarbage(0)
  await vi.waitFor(() => expect(collected).toHaveBeenCalledWith('garbage'), { timeout: 20_000 })
})
