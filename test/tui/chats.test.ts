import { expect, it, vi } from 'vitest'
import { describeWith } from '../helpers/facilities.js'
import { startTestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { inChat } from './chat.js'
import { agentClient, openDesk, Visitor } from './desk.js'
import { Network } from './network.js'

// Each test starts a server and a program or two: on a machine that is busy that takes its time.
vi.setConfig({ testTimeout: 60_000 })

describeWith('terminal', 'An agent at the desk', () => {
  it('accepts a visitor, answers, and sees that the answer was read', async () => {
    await using server = await startTestServer()
    await using visitor = await Visitor.comes(server.url, 'Bo Li', 'hi, is shipping free?', {
      page: '/pricing',
    })
    await using desk = await openDesk(server.url)
    await desk.shows(/Queue \(1\)[\s\S]*Bo Li/)
    await desk.press('C-g')
    await desk.shows(/#\w{4} Bo Li · \/pricing[\s\S]*Bo +hi, is shipping free\?/)
    await desk.shows(/Mine \(1\)[\s\S]*▶1 Bo Li/)
    await desk.type('Yes, above €50 🐢')
    await desk.press('Enter')
    await desk.shows(/Yes, above €50 🐢 +✓ /)
    await visitor.hears('Yes, above €50 🐢')
    await visitor.client.read(visitor.conversationId)
    await desk.shows(/Yes, above €50 🐢 +✓✓/)
    await visitor.says('and returns?')
    await desk.shows('and returns?')
  })

  it('sees that the visitor types, and the visitor that the agent does', () =>
    inChat(async ({ visitor, desk }) => {
      const feed = visitor.live.conversation(visitor.conversationId)
      await feed.ready
      await desk.type('I')
      await until('the visitor sees that somebody types', () =>
        feed.typing.some(({ side }) => side === 'agent'),
      )
      visitor.live.typing(visitor.conversationId, true)
      await desk.shows('is typing…')
      feed.close()
    }))

  it('reads the newer message first, when one came in meanwhile, and keeps the draft', () =>
    inChat(async ({ visitor, network, desk }) => {
      await desk.type('Returns are free')
      await desk.shows(/Returns are free/)
      network.hold()
      await visitor.says('wait, I ordered the blue one')
      await desk.press('Enter')
      await desk.shows(/Returns are free +…/)
      network.release()
      await desk.shows(
        /wait, I ordered the blue one[\s\S]*Reply[\s\S]*Returns are free[\s\S]*Not sent: Bo wrote meanwhile/,
      )
      const { messages } = await visitor.client.messages(visitor.conversationId)
      expect(messages.filter(({ sender }) => sender === 'agent')).toEqual([])
      await desk.press('Enter')
      await visitor.hears('Returns are free')
    }))

  it('goes on writing while the server is away, and all of it is sent once', () =>
    inChat(async ({ visitor, network, desk }) => {
      await network.cut()
      await desk.shows(/Not connected: (next try in \d+ s|trying…) · you can go on writing/)
      await desk.type('one')
      await desk.press('Enter')
      await desk.type('two')
      await desk.press('Enter')
      await desk.shows('↑2 unsent')
      await network.restore()
      await desk.shows(/one +✓[\s\S]*two +✓/, 20_000)
      await desk.hides('Not connected')
      const messages = await visitor.hears('two')
      expect(messages.filter(({ sender }) => sender === 'agent').map(({ body }) => body)).toEqual([
        'one',
        'two',
      ])
    }))

  it('sees who has a chat that a colleague took first', async () => {
    await using server = await startTestServer()
    await using visitor = await Visitor.comes(server.url, 'Bo', 'hello')
    await using network = await Network.to(server.url)
    await using desk = await openDesk(network.url)
    await desk.shows('Queue (1)')
    const claim = `/v1/admin/conversations/${visitor.conversationId}/claim`
    network.hold()
    network.holdAnswersTo(claim)
    await agentClient(server.url, 'ben').conversations.claim(visitor.conversationId)
    await desk.press('C-g')
    await until('the claim is on its way', () => network.holding)
    network.release()
    await desk.shows('Ben has Bo already')
    await desk.shows('Queue (0)')
  })

  it('writes a note that no visitor sees', () =>
    inChat(async ({ visitor, desk }) => {
      await desk.press('C-o')
      await desk.shows('NOTE ─ only the team sees it')
      await desk.type('repeat customer')
      await desk.press('Enter')
      await desk.shows(/⚑note +Ana→team: repeat customer/)
      await desk.shows(/Reply ─/)
      const { messages } = await visitor.client.messages(visitor.conversationId)
      expect(messages.map(({ body }) => body)).not.toContain('repeat customer')
    }))

  it('puts in a canned reply by its name', async () => {
    await using server = await startTestServer()
    await agentClient(server.url, 'olga').cannedReplies.create({
      name: 'ret',
      text: 'Returns are free.',
      shared: true,
    })
    await using visitor = await Visitor.comes(server.url, 'Bo', 'hello')
    await using desk = await openDesk(server.url)
    await desk.shows('Queue (1)')
    await desk.press('C-g')
    await desk.shows('You have Bo now')
    await desk.type('/ret')
    await desk.press('Tab')
    await desk.shows(/Reply[\s\S]*Returns are free\./)
    await desk.press('Enter')
    await visitor.hears('Returns are free.')
  })

  it('transfers to a colleague, releases, and closes after a question', async () => {
    await using server = await startTestServer()
    await using first = await Visitor.comes(server.url, 'Bo', 'hello')
    await using second = await Visitor.comes(server.url, 'Zoë', 'hello')
    await using desk = await openDesk(server.url)
    const { conversations } = agentClient(server.url, 'olga')
    await desk.shows('Queue (2)')
    await desk.press('C-g')
    await desk.shows('You have Bo now')
    await desk.press('C-t')
    await desk.shows('Transfer to')
    await desk.type('ben')
    await desk.press('Enter')
    await desk.shows('Bo goes to Ben')
    expect((await conversations.one(first.conversationId)).assignee?.name).toBe('Ben')
    await desk.press('C-g')
    await desk.shows('You have Zoë now')
    await desk.type('/release')
    await desk.press('Enter')
    await desk.shows(/Queue \(1\)[\s\S]*waits in the queue again/)
    await desk.press('C-g')
    // Not the list: the event that puts a chat there may come before the answer that opens it.
    await desk.shows(/Mine \(1\)[\s\S]*You have Zoë now/)
    await desk.press('C-r')
    await desk.shows('Close the chat with Zoë?')
    await desk.press('y')
    await desk.shows(/Mine \(0\)[\s\S]*is closed/)
    expect((await conversations.one(second.conversationId)).status).toBe('closed')
  })

  it('finds words in the chat and in all conversations', async () => {
    await using server = await startTestServer()
    await using visitor = await Visitor.comes(server.url, 'Bo', 'where is my parcel?')
    await visitor.says('the Parcel with the lamp')
    await using desk = await openDesk(server.url)
    await desk.shows('Queue (1)')
    await desk.press('C-g')
    await desk.shows('the lamp')
    await desk.press('C-f')
    await desk.shows('Search here')
    await desk.type('parcel')
    await desk.press('Enter')
    await desk.shows('2/2 “parcel”')
    await desk.press('n')
    await desk.shows('1/2 “parcel”')
    await desk.press('Escape')
    await desk.hides('1/2')
    await desk.press('Escape')
    await desk.shows('▸Reply')
    await desk.type('/search lamp')
    await desk.press('Enter')
    await desk.shows(/Found: lamp[\s\S]*Bo/)
  })

  it('reads back to the first message of a long conversation, and stands still while more come in', async () => {
    await using server = await startTestServer()
    await using visitor = await Visitor.comes(server.url, 'Bo', 'the very first')
    for (let index = 1; index <= 120; index += 1) await visitor.says(`message ${index}`)
    await using desk = await openDesk(server.url)
    await desk.shows('Queue (1)')
    await desk.press('C-g')
    await desk.shows(/message 120\n?/)
    await until(
      'the first message is on the screen',
      async () => {
        await desk.press('PageUp')
        return (await desk.screen()).includes('the very first')
      },
      { deadline: 20_000, every: 100 },
    )
    await visitor.says('something new')
    await desk.shows(/the very first[\s\S]*●1|the very first[\s\S]*↓ \d+ more rows/)
    expect(await desk.screen()).not.toContain('something new')
    await desk.type('/end')
    await desk.press('Enter')
    await desk.shows('something new')
  })

  it('is told why something cannot be done', async () => {
    await using server = await startTestServer()
    await using desk = await openDesk(server.url, { as: 'vera' })
    await desk.shows('connected')
    await desk.press('C-g')
    await desk.shows('A viewer can read, not answer')
    await desk.press('F3')
    await desk.shows('You belong to one app only')
  })

  it('goes away and comes back, and the team sees it', async () => {
    await using server = await startTestServer()
    await using desk = await openDesk(server.url)
    await using colleague = await openDesk(server.url, { as: 'ben' })
    await desk.shows('Ana ● online')
    await colleague.shows(/● Ana/)
    await desk.press('F4')
    await desk.shows('Ana ○ away')
    await colleague.shows(/○ Ana/)
  })
})
