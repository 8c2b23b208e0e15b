// A visitor and an agent who talk through the balancer while nodes come and go: one by WebSocket, one by polling.
//
//   URL=http://127.0.0.1:8080 APP_ID=app_… KEY=pk_… TOKEN=rhq_… node examples/scale-out/talk.mjs [messages]
import { setTimeout as delay } from 'node:timers/promises'
import { connectAdmin, connectVisitor, createAdminClient, createVisitorClient } from 'replyhq/client'

const { URL: url = 'http://127.0.0.1:8080', APP_ID: appId, KEY: apiKey, TOKEN: token } = process.env
const count = Number(process.argv[2] ?? 100)

const visitor = createVisitorClient({ url, appId, apiKey, deviceId: `talk-${Date.now()}` })
const agent = createAdminClient({ url, appId, token })
const visitorLive = connectVisitor(visitor, { transports: ['polling'] })
const agentLive = connectAdmin(agent, { transports: ['websocket'] })
for (const [name, live] of Object.entries({
  'visitor, by polling': visitorLive,
  'agent, by WebSocket': agentLive,
})) {
  let last
  live.onState(({ phase, reason }) => {
    if (phase !== last) console.log(`${name}: ${phase}${reason === undefined ? '' : ` (${reason})`}`)
    last = phase
  })
}

const { id } = await visitor.start()
await agent.conversations.claim(id)
const [theirs, hers] = [visitorLive.conversation(id), agentLive.conversation(id)]
await Promise.all([theirs.ready, hers.ready])

for (let line = 1; line <= count; line++) {
  const [feed, name] = line % 2 === 0 ? [hers, 'agent'] : [theirs, 'visitor']
  feed.send({ body: `${name} ${line}` })
  // A visitor may write 20 messages in 10 s (limits.visitor_messages).
  await delay(260)
}
while (![theirs, hers].every(({ lastSequence, pending }) => lastSequence >= count && pending.length === 0))
  await delay(50)

for (const [name, feed] of Object.entries({ visitor: theirs, agent: hers })) {
  const expected = Array.from({ length: count }, (_, index) => index + 1)
  const shown = feed.messages.map(({ sequence }) => sequence)
  const verdict = String(shown) === String(expected) ? 'each once and in order' : `WRONG: ${shown}`
  console.log(`${name}: ${shown.length} messages, ${verdict}`)
}
visitorLive.close()
agentLive.close()
