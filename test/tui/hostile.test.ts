import { expect, it, vi } from 'vitest'
import { describeWith } from '../helpers/facilities.js'
import { startTestServer } from '../helpers/server.js'
import { openDesk, Visitor } from './desk.js'

// Each test starts a server and a program or two: on a machine that is busy that takes its time.
vi.setConfig({ testTimeout: 60_000 })

const HOSTILE = [
  '\x1b]0;evil title\x07',
  '\x1b[2J\x1b[H',
  '\x1b[31mred\x1b[5mblink',
  '\x9b7m',
  '\x1b]52;c;ZXZpbA==\x07',
  '\x1bP$q"p\x1b\\',
  '\u202eright to left\u2066\u2069\u200f',
  '👩\u200d👩\u200d👧\u200d👦 🏴\u200d☠️ 🇳🇱 👍🏽 ❤️ 1️⃣',
  `z${'\u0300\u0489'.repeat(40)}`,
  '{bold}{/bold}{red-fg}',
  '漢字かな한글 สวัสดี हिन्दी مرحبا שלום',
].join(' ')

describeWith('terminal', 'What visitors send', () => {
  it('is harmless in names, messages and everything that the client tells', async () => {
    await using server = await startTestServer()
    await using visitor = await Visitor.comes(server.url, HOSTILE.slice(0, 190), HOSTILE, {
      page: HOSTILE,
      plan: HOSTILE,
    })
    await using desk = await openDesk(server.url)
    await desk.shows('Queue (1)')
    await desk.press('C-g')
    await desk.shows('Mine (1)')
    await visitor.says(`${HOSTILE}\nend of the message`)
    const screen = await desk.shows('end of the message')

    expect(screen).not.toMatch(/\p{Cf}|\p{Emoji_Modifier}|\p{Variation_Selector}/u)
    expect(await desk.format('pane_title')).not.toContain('evil')
    // tmux keeps what changes the looks of a cell; blinking and red come from nowhere in our themes.
    const raw = await desk.rawScreen()
    expect(raw.replaceAll('\n', '')).not.toMatch(/␛\[(5|31)m|␛[\]P_^]|\p{Cc}/u)
    const rows = screen.split('\n').slice(0, 40)
    expect(rows[0]).toMatch(/^┌.*┐$/)
    expect(rows[39]).toMatch(/^└─+┘$/)
    for (const row of rows.slice(1, 39)) expect(row).toMatch(/^[│├].*[│┤]$/)
  })

  it('does not reach the terminal of the line mode either', async () => {
    await using server = await startTestServer()
    await using visitor = await Visitor.comes(server.url, 'Bo\x1b[31m', HOSTILE)
    await using desk = await openDesk(server.url, { arguments: ['--plain'] })
    await desk.shows('Queue (1)')
    await desk.type('/accept')
    await desk.press('Enter')
    await desk.shows('You have Bo')
    await visitor.says(`${HOSTILE} end of the message`)
    await desk.shows('end of the message')
    expect((await desk.rawScreen()).replaceAll('\n', '')).not.toMatch(/␛\[(5|31)m|\p{Cc}|\p{Cf}/u)
    expect(await desk.format('pane_title')).not.toContain('evil')
  })
})
