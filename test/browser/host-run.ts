import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BadNetwork } from '../client/helpers/bad-network.js'
import { temporaryFolder } from '../helpers/databases.js'
import { startTestServer, type TestServer } from '../helpers/server.js'
import { repositoryRoot } from '../helpers/sources.js'
import { until } from '../helpers/until.js'
import { freePort, type ServerProcess, startServerProcess, waitUntilReady } from '../setup/child-process.js'

/** A user of the host application. */
export interface HostUser {
  readonly id: string
  readonly name: string
}

/** What the host has received, as its log shows it. */
export interface LoggedEvent {
  readonly id: string
  readonly type: string
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
  readonly deliveries: number
}

// A receiver that is away for a moment is tried again at once, and not given up before the host is back.
const impatient = ['0s', ...Array<string>(29).fill('500ms')].join()

/** The example host in a process of its own, beside a chat service in this one. */
export class HostRun implements AsyncDisposable {
  #process: ServerProcess | undefined

  private constructor(
    readonly chat: TestServer,
    /** Between the pages and the chat service. */
    readonly network: BadNetwork,
    readonly url: string,
    private readonly environment: Readonly<Record<string, string | undefined>>,
  ) {}

  /** Starts both, the host with these settings besides; resolves when the host has told the chat service of its users. */
  static async start(
    users: readonly HostUser[],
    settings: Readonly<Record<string, string>> = {},
  ): Promise<HostRun> {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const secrets = {
      AUTH_JWT_SECRET: randomBytes(32).toString('hex'),
      INTERNAL_API_SECRET: randomBytes(32).toString('hex'),
      WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    }
    const chat = await startTestServer({
      environment: {
        ...secrets,
        ALLOWED_ORIGINS: url,
        WEBHOOK_URL: `${url}/webhooks`,
        WEBHOOK_ALLOW_PRIVATE: 'true',
        REPLYHQ_WEBHOOK_SCHEDULE: impatient,
      },
    })
    const network = await BadNetwork.before(chat.url)
    const host = new HostRun(chat, network, url, {
      ...secrets,
      PATH: process.env.PATH,
      PORT: String(port),
      CHAT_URL: chat.url,
      CHAT_PUBLIC_URL: network.url,
      SESSION_SECRET: randomBytes(32).toString('hex'),
      USERS_FILE: fileOf(users),
      ...settings,
    })
    await host.resume()
    return host
  }

  async resume(): Promise<void> {
    const host = startServerProcess(process.execPath, [join(repositoryRoot, 'examples/host/server.js')], {
      env: this.environment,
    })
    this.#process = host
    await waitUntilReady(host, async () => {
      await fetch(`${this.url}/session`)
    })
    await until('the host has synced its users', () => host.output().includes('Synced'), { deadline: 30_000 })
  }

  async stop(): Promise<void> {
    await this.#process?.stop('SIGKILL')
  }

  /** Everything that the chat service told the host, the latest first. */
  async log(): Promise<LoggedEvent[]> {
    const answer = await fetch(`${this.url}/webhooks/log`)
    return (await answer.json()) as LoggedEvent[]
  }

  /** Signs somebody in as the page does. */
  async signIn(userId: string): Promise<HostSession> {
    const answer = await fetch(`${this.url}/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ userId }),
    })
    return new HostSession(this.url, answer.headers.getSetCookie()[0]?.split(';')[0] ?? '')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.stop()
    await this.network[Symbol.asyncDispose]()
    await this.chat[Symbol.asyncDispose]()
  }
}

/** Somebody who is signed in at the host, without a browser. */
export class HostSession {
  constructor(
    private readonly url: string,
    readonly cookie: string,
  ) {}

  async call<Answer>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Answer }> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { Cookie: this.cookie, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as Answer }
  }

  /** Begins a conversation and gives its id. */
  async begin(wish: { type: string; participantIds: string[]; title?: string }): Promise<string> {
    return (await this.call<{ id: string }>('POST', '/api/conversations', wish)).body.id
  }

  write(conversationId: string, content: string): Promise<{ status: number }> {
    return this.call('POST', `/api/conversations/${conversationId}/messages`, { content })
  }
}

function fileOf(users: readonly HostUser[]): string {
  const path = join(temporaryFolder(), 'users.json')
  const rows = users.map(({ id, name }) => ({ id, name, email: `${id}@host.example` }))
  writeFileSync(path, JSON.stringify(rows))
  return path
}
