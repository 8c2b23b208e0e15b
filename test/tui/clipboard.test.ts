import { expect, it, vi } from 'vitest'
import { describeWith } from '../helpers/facilities.js'
import { until } from '../helpers/until.js'
import { inChat } from './chat.js'

// Each test starts a server and a program or two: on a machine that is busy that takes its time.
vi.setConfig({ testTimeout: 60_000 })

describeWith('terminal', 'The clipboard', () => {
  it('gets what the agent copies, and nothing that a visitor sends', () =>
    inChat(async ({ visitor, desk }) => {
      await desk.lendClipboard()
      await visitor.says('\x1b]52;c;ZXZpbA==\x07 order 4711 🐢')
      await desk.shows('order 4711')
      expect(await desk.clipboard()).toBeNull()
      await desk.type('/copy last')
      await desk.shows(/Reply[\s\S]*\/copy last/)
      await desk.press('Enter')
      const filled = async () => (await desk.clipboard()) !== null
      await until('the clipboard is filled', filled, { deadline: 25_000, every: 40 })
      expect(await desk.clipboard()).toBe(']52;c;ZXZpbA== order 4711 🐢')
      await desk.shows(/Handed \d+ characters to the terminal’s clipboard/)
    }))
})
