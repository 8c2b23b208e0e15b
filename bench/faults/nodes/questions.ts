import { setTimeout as delay } from 'node:timers/promises'
import { ModelServer, say } from '../../../test/bot/model-server.js'
import { until } from '../../../test/helpers/until.js'
import { storedIn, Writer } from '../writer.js'
import { botApp } from './plan.js'

const answerTo = (question: string) => `About ${question}`
// Long enough that a kill finds some half written.
const thinkingMs = 150

/** A model that thinks for a moment, and says what it was asked. */
export const startModel = (): Promise<ModelServer> =>
  ModelServer.start(({ messages }) => async (response) => {
    await delay(thinkingMs)
    await say(answerTo(messages.at(-1)?.content ?? ''))(response)
  })

/** A visitor who asks a bot one thing after the other, and waits for each answer as long as a bot has the word. */
export class Asker {
  #asked = 0
  readonly #writer: Writer
  readonly #url: string

  constructor(url: string, number: number) {
    this.#url = url
    this.#writer = new Writer({ url, app: botApp, deviceId: `asker-${number}`, transport: 'rest' })
  }

  get asked(): number {
    return this.#asked
  }

  begin(): Promise<void> {
    return this.#writer.begin()
  }

  async askUntil(stop: AbortSignal): Promise<void> {
    while (!stop.aborted && (await this.#handler()) === 'bot') {
      await this.#writer.send(`question ${this.#asked}`)
      this.#asked += 1
      await until('the bot answered, or handed over', () => this.#answered(), {
        deadline: 60_000,
        every: 100,
      })
    }
  }

  /** Answers that are missing, doubled or out of their order; and whether people had to take over. */
  async found(): Promise<{ wrong: number; handedOver: boolean }> {
    const bodies = (await this.#stored()).map(({ body }) => body)
    const handedOver = (await this.#handler()) !== 'bot'
    const expected = Array.from({ length: this.#asked }, (_, number) => `question ${number}`)
    const all = expected.flatMap((question) => [question, answerTo(question)])
    // The last one was not answered, but handed over with an apology.
    if (handedOver) all.splice(-1)
    return { wrong: all.filter((body, index) => bodies[index] !== body).length, handedOver }
  }

  async #answered(): Promise<boolean> {
    const stored = await this.#stored().catch(() => [])
    return stored.length >= 2 * this.#asked || (await this.#handler()) !== 'bot'
  }

  #stored() {
    return storedIn(this.#url, botApp, this.#writer.conversationId)
  }

  /** Who has the word; still the bot while nobody can be asked. */
  async #handler(): Promise<string> {
    const headers = { authorization: `Bearer ${botApp.secretKey}`, 'x-app-id': botApp.id }
    const response = await fetch(`${this.#url}/v1/admin/conversations/${this.#writer.conversationId}`, {
      headers,
    }).catch(() => null)
    if (response?.ok !== true) return 'bot'
    const { conversation } = (await response.json()) as { conversation: { handler: string | null } }
    return conversation.handler ?? 'nobody'
  }
}
