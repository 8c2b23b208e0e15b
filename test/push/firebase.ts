import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { jwtVerify } from 'jose'
import { temporaryFolder } from '../helpers/databases.js'

/** `message` of a `messages:send`, as far as the tests look at it. */
export interface SentMessage {
  token: string
  notification: { title: string; body: string }
  data: Record<string, string>
  android: { collapse_key: string; priority: string; ttl: string; notification: { tag: string } }
  apns: { headers: Record<string, string>; payload: { aps: Record<string, string> } }
}

interface Answer {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

/** What Firebase answers with: https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode */
export const failing = (status: number, errorCode: string, message = errorCode): Answer => ({
  status,
  body: {
    error: {
      code: status,
      message,
      status: errorCode,
      details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }],
    },
  },
})

const taken: Answer = { status: 200, body: { name: 'projects/shop-1/messages/1' } }
const scope = 'https://www.googleapis.com/auth/firebase.messaging'

/** Google's token endpoint and Firebase Cloud Messaging, with a service account of the project `shop-1`. */
export class Firebase {
  /** Everything that came with a good access token. */
  readonly sent: SentMessage[] = []
  /** What it answers to each. */
  answer: (message: SentMessage) => Answer | Promise<Answer> = () => taken
  /** How many access tokens it gave. */
  tokens = 0
  /** Access tokens from before this one are refused. */
  oldestToken = 1
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  readonly #now: () => number
  readonly #server = createServer((request, response) => {
    this.#take(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })

  /** `now` is the time that assertions are checked against. */
  constructor(now: () => number) {
    this.#now = now
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The path of a new JSON key of the service account. */
  accountFile(changes: Record<string, unknown> = {}): string {
    const path = join(temporaryFolder(), 'service-account.json')
    const account = {
      type: 'service_account',
      project_id: 'shop-1',
      private_key_id: 'key-1',
      private_key: this.#keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: 'push@shop-1.example',
      token_uri: `${this.url}/token`,
    }
    writeFileSync(path, JSON.stringify({ ...account, ...changes }))
    return path
  }

  to(token: string): SentMessage[] {
    return this.sent.filter((message) => message.token === token)
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    const { status, body, headers } =
      request.url === '/token' ? await this.#grant(text) : await this.#send(request, text)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

  async #grant(text: string): Promise<Answer> {
    const form = new URLSearchParams(text)
    const { payload, protectedHeader } = await jwtVerify(form.get('assertion') ?? '', this.#keys.publicKey, {
      algorithms: ['RS256'],
      issuer: 'push@shop-1.example',
      audience: `${this.url}/token`,
      currentDate: new Date(this.#now()),
      maxTokenAge: '1h',
    })
    const right =
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
      payload.scope === scope &&
      protectedHeader.kid === 'key-1'
    if (!right) return { status: 400, body: { error: 'invalid_grant' } }
    const body = { access_token: `access-${++this.tokens}`, expires_in: 3_599, token_type: 'Bearer' }
    return { status: 200, body }
  }

  async #send(request: IncomingMessage, text: string): Promise<Answer> {
    if (request.url !== '/v1/projects/shop-1/messages:send') return { status: 404, body: 'Not Found' }
    const [, number] = /^Bearer access-(\d+)$/.exec(request.headers.authorization ?? '') ?? []
    if (number === undefined || Number(number) < this.oldestToken)
      return { status: 401, body: { error: { code: 401, message: 'no', status: 'UNAUTHENTICATED' } } }
    const { message } = JSON.parse(text) as { message: SentMessage }
    this.sent.push(message)
    return this.answer(message)
  }
}
