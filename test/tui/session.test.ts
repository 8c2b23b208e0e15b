import { describe, expect, it, vi } from 'vitest'
import { currentChat } from '../../src/tui/state/selectors.js'
import type { State } from '../../src/tui/state/state.js'
import { people, startTestServer } from '../helpers/server.js'
import { ServerProcess } from '../helpers/server-process.js'
import { until } from '../helpers/until.js'
import { agentClient, Visitor } from './desk.js'
import { HeadlessDesk } from './headless.js'
import { Network } from './network.js'

// Servers are started and killed here: on a machine that is busy that takes its time.
vi.setConfig({ testTimeout: 60_000 })

const lastIsRead = (state: State) => currentChat(state)?.entries.at(-1)?.status === 'read'
const self = ({ team }: State) => team.find(({ name }) => name === people.ana.name)

describe('The count of what is unsent', () => {
  it('is nothing again as soon as a message is stored', async () => {
    await using server = await startTestServer()
    await using visitor = await Visitor.comes(server.url, 'Bo', 'hello')
    await using desk = await HeadlessDesk.open(server.url)
    await desk.app.perform('accept')
    const sent = desk.sends('one')
    expect(desk.statusLine).toContain('↑1 unsent')
    await sent
    expect(desk.statusLine).toContain('↑0 unsent')
    await visitor.client.read(visitor.conversationId)
    await desk.becomes('it is read', lastIsRead)
    expect(desk.statusLine).toContain('↑0 unsent')
  })

  it('is nothing again when what waited for a killed server was sent', async () => {
    await using server = await ServerProcess.start()
    await using visitor = await Visitor.comes(server.url, 'Bo', 'hello')
    await using desk = await HeadlessDesk.open(server.url)
    await desk.app.perform('accept')
    await server.end('SIGKILL')
    await desk.becomes('it is offline', ({ connection }) => connection.phase === 'offline')
    const sent = Promise.all([desk.sends('one'), desk.sends('two')])
    await desk.becomes('both wait', () => desk.statusLine.includes('↑2 unsent'))
    await server.start()
    await sent
    await visitor.hears('two')
    await visitor.client.read(visitor.conversationId)
    await desk.becomes('all is read', lastIsRead)
    expect(desk.statusLine).toMatch(/● connected.* ↑0 unsent/)
  })
})

describe('The team', () => {
  it('shows the agent who has just come as connected, however slowly the other lists come', async () => {
    await using server = await startTestServer()
    await agentClient(server.url, 'olga').cannedReplies.create({ name: 'hi', text: 'Hello', shared: true })
    await using network = await Network.to(server.url)
    network.holdAnswersTo('/v1/admin/canned-replies')
    const opening = HeadlessDesk.opening(network.url)
    await using desk = opening.desk
    await desk.becomes('Ana is connected', (state) => self(state)?.connected === true)
    network.release()
    await opening.ready
    expect(desk.state.canned).toHaveLength(1)
    expect(self(desk.state)?.connected).toBe(true)
  })

  it('never goes back to an older answer', async () => {
    await using server = await startTestServer()
    await using network = await Network.to(server.url)
    await using desk = await HeadlessDesk.open(network.url)
    await desk.becomes('Ana is connected', (state) => self(state)?.connected === true)
    const session = desk.app.session
    network.holdAnswersTo('/v1/admin/agents')
    const older = session?.team()
    await until('the older question is on its way', () => network.holding)
    network.holdAnswersTo('nothing')
    await desk.app.perform('availability', 'away')
    const newer = await session?.team()
    expect(newer?.find(({ name }) => name === people.ana.name)?.availability).toBe('away')
    network.release()
    expect(await older).toEqual(newer)
  })
})

describe('A visitor who told no name', () => {
  it('is called the same in the list, in the transcript and when they wrote meanwhile', async () => {
    await using server = await startTestServer()
    await using visitor = await Visitor.comes(server.url, '', 'hello')
    await using desk = await HeadlessDesk.open(server.url)
    await desk.app.perform('accept')
    const { chat, entries } = currentChat(desk.state) ?? {}
    expect(chat?.name).toMatch(/^visitor-/)
    expect(entries?.[0]?.senderName).toBe(chat?.name)
    const sending = desk.sends('an answer')
    await Promise.all([sending, visitor.says('and one more thing')])
    await desk.becomes('the newer one is there', (state) => (currentChat(state)?.entries.length ?? 0) > 1)
    const names = currentChat(desk.state)?.entries.filter(({ sender }) => sender === 'user')
    expect(new Set(names?.map(({ senderName }) => senderName))).toEqual(new Set([chat?.name]))
  })
})
