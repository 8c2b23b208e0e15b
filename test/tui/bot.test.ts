import type { ServerResponse } from 'node:http'
import { expect, it, vi } from 'vitest'
import { callTool, ModelServer, type Script } from '../bot/model-server.js'
import { describeWith } from '../helpers/facilities.js'
import { startTestServer, type TestServer } from '../helpers/server.js'
import { agentClient, openDesk, Visitor } from './desk.js'

// Each test starts a server and a program or two: on a machine that is busy that takes its time.
vi.setConfig({ testTimeout: 60_000 })

const written = (response: ServerResponse, delta: object, finish: string | null = null) => {
  const choices = [{ index: 0, delta, finish_reason: finish }]
  response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices })}\n\n`)
}

/** A model that stops in the middle of its reply until the test lets it go on. */
function pausing(beginning: string, rest: string): { script: Script; goOn: () => void } {
  let goOn: () => void = () => undefined
  const pause = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const script: Script = async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    written(response, { role: 'assistant', content: beginning })
    await pause
    written(response, { content: rest })
    written(response, {}, 'stop')
    response.end('data: [DONE]\n\n')
  }
  return { script, goOn: () => goOn() }
}

/** A server whose bot answers first. */
async function serverWithBot(model: ModelServer): Promise<TestServer> {
  const server = await startTestServer({
    environment: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: model.url },
  })
  const admin = agentClient(server.url, 'olga')
  await admin.request('PUT', '/v1/admin/bot', {
    bot: { prompt: 'You help the customers of a shop.' },
  })
  return server
}

describeWith('terminal', 'An agent beside the bot', () => {
  it("finds a chat of the bot in the palette, reads along while it writes, and sees what is the AI's", async () => {
    const reply = pausing('Our shop opens ', 'at nine.')
    await using model = await ModelServer.start([reply.script])
    await using server = await serverWithBot(model)
    await using visitor = await Visitor.comes(server.url, 'Bo Li', 'when do you open?')
    await model.asked(1)
    await using desk = await openDesk(server.url)
    await desk.shows('connected')
    await desk.press('C-k')
    await desk.type('Chat: Bo')
    await desk.shows(/Chat: Bo Li +⚙ AI answers/)
    await desk.press('Enter')
    await desk.shows(/#\w{4} Bo Li · ⚙ AI answers[\s\S]*when do you open\?/)
    reply.goOn()
    await desk.shows(/⚙ AI +Our shop opens at nine\. /)
    await desk.hides('⚙ AI is writing…')
    expect((await desk.screen()).match(/Our shop opens/g)).toHaveLength(1)

    const second = pausing('One moment, ', 'I look.')
    model.answers([second.script])
    await visitor.says('and on Sunday?')
    await desk.shows(/⚙ AI +One moment, ?…[\s\S]*⚙ AI is writing…/)
    second.goOn()
    await desk.shows(/⚙ AI +One moment, I look\./)
    await desk.hides('⚙ AI is writing…')
  })

  it("reads the summary of what the bot did, marked as the AI's", async () => {
    const script = callTool('transfer_to_agent', { reason: 'asked for a person', priority: 'high' })
    await using model = await ModelServer.start([script])
    await using server = await serverWithBot(model)
    await using visitor = await Visitor.comes(server.url, 'Bo Li', 'a person please')
    await using desk = await openDesk(server.url)
    await desk.shows(/Queue \(1\)[\s\S]*‼.*Bo Li/)
    await desk.press('C-g')
    await desk.shows('You have Bo Li now')
    await desk.shows(/⚑note +⚙ AI→team: [\s\S]*asked for a person/)
    await desk.shows(/notes 1[\s\S]*⚑ ⚙ AI: /)
    expect(visitor.conversationId).not.toBe('')
  })

  it('finds it by its words too', async () => {
    const reply = pausing('It is ', 'free.')
    reply.goOn()
    await using model = await ModelServer.start([reply.script])
    await using server = await serverWithBot(model)
    await using visitor = await Visitor.comes(server.url, 'Bo Li', 'is shipping to Malta free?')
    await visitor.hears('It is free.', 'bot')
    await using desk = await openDesk(server.url)
    await desk.shows('connected')
    await desk.press('C-k')
    await desk.type('search in all')
    await desk.press('Enter')
    await desk.shows('Search everywhere')
    await desk.type('Malta')
    await desk.press('Enter')
    await desk.shows(/Found: Malta[\s\S]*Bo Li/)
    await desk.press('Enter')
    await desk.shows(/⚙ AI +It is free\./)
  })
})
