/**
 * Posts the same JSON again and again over connections that it keeps, a few requests at once to each receiver, and
 * neither reads nor writes anything down: `POST /` with {urls, count, concurrency, body} answers once all are answered.
 */
import { Agent, createServer, type IncomingMessage, request } from 'node:http'
import { listen } from './listen.js'

interface Order {
  readonly urls: readonly string[]
  readonly count: number
  readonly concurrency: number
  readonly body: string
}

const agent = new Agent({ keepAlive: true })

function post(url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      response.once('end', resolve)
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

async function fulfil({ urls, count, concurrency, body }: Order): Promise<void> {
  const sender = async (url: string, share: number) => {
    for (let sent = 0; sent < share; sent += 1) await post(url, body)
  }
  const share = Math.ceil(count / concurrency)
  await Promise.all(urls.flatMap((url) => Array.from({ length: concurrency }, () => sender(url, share))))
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const server = createServer(async (incoming, response) => {
  if (incoming.method === 'POST') await fulfil(JSON.parse(await bodyOf(incoming)) as Order)
  response.end('ok')
})
listen(server)
