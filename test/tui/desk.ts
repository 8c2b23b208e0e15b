import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import {
  type AdminClient,
  connectVisitor,
  createAdminClient,
  createVisitorClient,
  type Message,
  type VisitorClient,
  type VisitorLive,
} from '../../src/client/index.js'
import { temporaryFolder } from '../helpers/databases.js'
import { people, shop } from '../helpers/server.js'
import { repositoryRoot } from '../helpers/sources.js'
import { until } from '../helpers/until.js'
import { Tmux, type TmuxOptions } from './tmux.js'

export interface DeskOptions extends Omit<TmuxOptions, 'command'> {
  /** Whose token is given; without one the program asks for a login. */
  readonly as?: keyof typeof people | null
  readonly arguments?: readonly string[]
  readonly home?: string
}

/** The command and the environment of `replyhq tui`, with nothing of the developer's own. */
export function tuiProgram(
  url: string,
  { as = 'ana', home = temporaryFolder(), ...options }: DeskOptions = {},
) {
  const start = join(repositoryRoot, 'bin/replyhq.cjs')
  const command = [process.execPath, start, 'tui', '--url', url, ...(options.arguments ?? [])]
  const environment: Record<string, string> = {
    HOME: home,
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CONFIG_HOME: join(home, 'config'),
  }
  if (as !== null) environment.REPLYHQ_TOKEN = people[as].token
  return { command, environment: { ...environment, ...options.environment } }
}

/** Opens the terminal UI in a real terminal. */
export function openDesk(url: string, options: DeskOptions = {}): Promise<Tmux> {
  return Tmux.start({ ...options, ...tuiProgram(url, options) })
}

/** A colleague, or the agent through another door. */
export function agentClient(url: string, who: keyof typeof people): AdminClient {
  return createAdminClient({ url, token: people[who].token, appId: shop.id })
}

/** A visitor with a conversation of their own, on a real connection. */
export class Visitor implements AsyncDisposable {
  private constructor(
    readonly client: VisitorClient,
    readonly live: VisitorLive,
    readonly conversationId: string,
  ) {}

  /** Begins a conversation with a first message; it waits in the queue then. */
  static async comes(url: string, name: string, firstMessage: string, metadata = {}): Promise<Visitor> {
    const client = createVisitorClient({
      url,
      appId: shop.id,
      apiKey: shop.publishableKey,
      deviceId: `device-${randomUUID()}`,
      user: { name },
    })
    const conversation = await client.start({ metadata })
    const visitor = new Visitor(client, connectVisitor(client), conversation.id)
    await visitor.says(firstMessage)
    return visitor
  }

  says(body: string): Promise<Message> {
    return this.client.post(this.conversationId, { body })
  }

  /** Waits for a message of an agent, or of the bot; gives all that have come. */
  async hears(body: string, from: 'agent' | 'bot' = 'agent'): Promise<readonly Message[]> {
    return until(
      `the visitor hears ${body}`,
      async () => {
        const { messages } = await this.client.messages(this.conversationId)
        return messages.some((message) => message.sender === from && message.body === body) && messages
      },
      { deadline: 30_000, every: 30 },
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.live.close()
  }
}
