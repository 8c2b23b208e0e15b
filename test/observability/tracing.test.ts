import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { people, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { connectAgent, connectVisitor, newConversation } from '../protocols/live.js'

interface Told {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
}

/** Takes what a server sends by OTLP over HTTP, as a collector does. */
class Collector {
  readonly spans: Told[] = []
  readonly bodies: string[] = []
  readonly #server: Server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      this.bodies.push(body)
      const told = JSON.parse(body) as {
        resourceSpans: { scopeSpans: { spans: Told[] }[] }[]
      }
      for (const { scopeSpans } of told.resourceSpans)
        for (const { spans } of scopeSpans) this.spans.push(...spans)
      response.setHeader('Content-Type', 'application/json').end('{}')
    })
  })

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

const collector = new Collector()
let server: TestServer
beforeAll(async () => {
  const endpoint = await collector.start()
  server = await startTestServer({ environment: { REPLYHQ_OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  collector.stop()
})

describe('A trace', () => {
  test("goes from the visitor's event over the commit to the agents' sockets", async () => {
    const { id, deviceId } = await newConversation(server)
    using visitor = await connectVisitor(server, deviceId)
    using ana = await connectAgent(server, 'ana')
    await ana.ask('app:subscribe', { app_id: shop.id })
    await visitor.ask('message:send', { conversation_id: id, local_id: 'l1', body: 'a private word' })
    await ana.next('message:new')
    const sent = await until('the event was told', () =>
      collector.spans.find(({ name }) => name === 'event message:send'),
    )
    const ofIt = () => collector.spans.filter(({ traceId }) => traceId === sent.traceId)
    await until('the whole of it was told', () =>
      ['transaction', 'fan out message.created'].every((name) => ofIt().some((span) => span.name === name)),
    )
    const commit = ofIt().find(({ name }) => name === 'transaction')
    const fanOut = ofIt().find(({ name }) => name === 'fan out message.created')
    expect(commit?.parentSpanId).toBe(sent.spanId)
    expect(fanOut?.parentSpanId).toBe(commit?.spanId)
  })

  test('goes on with what a caller of REST follows', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    await fetch(`${server.url}/v1/admin/queue`, {
      headers: {
        authorization: `Bearer ${people.ana.token}`,
        'x-app-id': shop.id,
        traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      },
    })
    const told = await until('it was told', () => collector.spans.find((span) => span.traceId === traceId))
    expect(told).toMatchObject({ name: 'GET /v1/admin/queue', parentSpanId: 'b7ad6b7169203331' })
  })

  test('tells nothing of what people write, nor their keys', () => {
    const everything = collector.bodies.join('\n')
    for (const secret of ['a private word', people.ana.token, shop.publishableKey])
      expect(everything).not.toContain(secret)
  })
})
