import { expect, it, vi } from 'vitest'
import { describeWith } from '../helpers/facilities.js'
import { people } from '../helpers/server.js'
import { ServerProcess } from '../helpers/server-process.js'
import { openDesk, Visitor } from './desk.js'

// A server is started, killed and started again: on a machine that is busy that takes its time.
vi.setConfig({ testTimeout: 90_000 })

describeWith('terminal', 'The screen of an agent', () => {
  it('shows them as there from the login on, and nothing as unsent once it is read, over a killed server', async () => {
    await using server = await ServerProcess.start()
    await using visitor = await Visitor.comes(server.url, 'Bo', 'hello')
    const feed = visitor.live.conversation(visitor.conversationId)
    feed.subscribe(({ type }) => {
      if (type === 'message') feed.markRead()
    })
    await feed.ready
    await using desk = await openDesk(server.url, { as: null, arguments: ['--email', people.ana.email] })
    await desk.shows('Log in to ReplyHQ')
    await desk.type(people.ana.password)
    await desk.press('Enter')
    await desk.shows(/Ana ● online[\s\S]*● Ana +0\/5/)
    await desk.press('C-g')
    await desk.shows('You have Bo now')
    await desk.type('before')
    await desk.press('Enter')
    await desk.shows(/before +✓✓[\s\S]*↑0 unsent/)

    await server.end('SIGKILL')
    await desk.shows('Not connected')
    await desk.type('meanwhile')
    await desk.press('Enter')
    await desk.shows('↑1 unsent')
    await server.start()
    await desk.shows(/meanwhile +✓✓[\s\S]*● connected.*↑0 unsent/, 20_000)
    await desk.shows(/● Ana +1\/5/)
    const messages = await visitor.hears('meanwhile')
    expect(messages.filter(({ body }) => body === 'meanwhile')).toHaveLength(1)
    feed.close()
  })
})
