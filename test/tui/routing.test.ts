import { expect, it, vi } from 'vitest'
import type { Clock } from '../../src/server/core/ports.js'
import { describeWith } from '../helpers/facilities.js'
import { startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { agentClient, openDesk, tuiProgram, Visitor } from './desk.js'
import { Network } from './network.js'
import { Script } from './script.js'

// Each test starts a server and a program or two: on a machine that is busy that takes its time.
vi.setConfig({ testTimeout: 60_000 })

/** The machine's clock, which a test may put forward. */
function runningClock(): Clock & { skip(milliseconds: number): void } {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    after(milliseconds, callback) {
      const timer = setTimeout(callback, milliseconds)
      return () => clearTimeout(timer)
    },
    skip(milliseconds) {
      ahead += milliseconds
    },
  }
}

/** Bo, who has written something, and whom the server offers to agents in turn from then on. */
async function offeredVisitor(server: TestServer): Promise<Visitor> {
  // Were visitors offered before they come, an offer could also be made between their coming and their first words.
  const visitor = await Visitor.comes(server.url, 'Bo Li', 'is shipping free?')
  await agentClient(server.url, 'olga').settings.patch({ routing: 'round_robin' })
  return visitor
}

const OFFER_OF_BO =
  /◆ OFFER \d+ s · Bo Li · waits 0:\d\d · “is shipping free\?” +Alt-Y accept · Alt-N decline/

describeWith('terminal', 'An agent to whom visitors are offered', () => {
  it('is rung for, sees the seconds run, and accepts', async () => {
    await using server = await startTestServer()
    await using desk = await openDesk(server.url)
    await desk.shows('connected')
    await using visitor = await offeredVisitor(server)
    const first = Number(/OFFER (\d+) s/.exec(await desk.shows(OFFER_OF_BO))?.[1])
    expect(first).toBeLessThanOrEqual(30)
    const fewer = Array.from({ length: first }, (_, seconds) => seconds)
    await desk.shows(new RegExp(`OFFER (${fewer.join('|')}) s`))
    expect(await desk.format('window_bell_flag')).toBe('1')
    await desk.press('M-y')
    await desk.shows(/Mine \(1\)[\s\S]*▶1 Bo Li[\s\S]*You have Bo Li now/)
    await desk.hides('OFFER')
    const { assignee } = await agentClient(server.url, 'olga').conversations.one(visitor.conversationId)
    expect(assignee?.name).toBe('Ana')
  })

  it('declines, and a colleague is asked', async () => {
    await using server = await startTestServer()
    await using desk = await openDesk(server.url)
    await desk.shows('connected')
    await using visitor = await offeredVisitor(server)
    await desk.shows(OFFER_OF_BO)
    await using colleague = await openDesk(server.url, { as: 'ben' })
    await colleague.shows('Ben ● online')
    await desk.press('M-n')
    await desk.shows('You declined Bo Li: the next agent is asked')
    await desk.hides('OFFER')
    await colleague.shows(OFFER_OF_BO)
    await colleague.press('C-k')
    await colleague.type('accept what is offered')
    await colleague.press('Enter')
    await colleague.shows('You have Bo Li now')
    expect(visitor.conversationId).not.toBe('')
  })

  it('is told when an offer has expired, and when it was withdrawn', async () => {
    const clock = runningClock()
    await using server = await startTestServer({ overrides: { clock } })
    await using desk = await openDesk(server.url)
    await desk.shows('connected')
    await using visitor = await offeredVisitor(server)
    await desk.shows(OFFER_OF_BO)
    clock.skip(30_000)
    await desk.shows('The offer of Bo Li has expired')
    await desk.shows(/OFFER \d+ s · Bo Li/)
    await agentClient(server.url, 'olga').conversations.close(visitor.conversationId)
    await desk.shows('The offer of Bo Li was withdrawn')
    await desk.hides('OFFER')
  })

  it('has the offer again after the connection was cut, and not one that ended meanwhile', async () => {
    await using server = await startTestServer()
    await using network = await Network.to(server.url)
    await using desk = await openDesk(network.url)
    await desk.shows('connected')
    await using visitor = await offeredVisitor(server)
    await desk.shows(OFFER_OF_BO)
    await network.cut()
    await desk.shows('Not connected')
    await network.restore()
    await desk.shows(OFFER_OF_BO)
    await network.cut()
    await desk.shows('Not connected')
    await agentClient(server.url, 'olga').conversations.close(visitor.conversationId)
    await network.restore()
    await desk.shows('The offer of Bo Li ended while you were not connected')
    await desk.hides('OFFER')
  })

  it('can do the same in the line mode', async () => {
    await using server = await startTestServer()
    const { command, environment } = tuiProgram(server.url, { arguments: ['--plain'] })
    await using script = Script.start(command, environment)
    await script.says('Type /help')
    await using visitor = await offeredVisitor(server)
    await script.says(/Offer: Bo Li · waits 0:\d\d · “is shipping free\?”\. \/take accepts/)
    script.type('/take')
    await script.says('You have Bo Li now')
    script.type('Yes, it is.')
    await visitor.hears('Yes, it is.')
    await until('it is told', () => script.output.includes('Ana: Yes, it is. (stored)'))
  })
})
