import { App, type FrontEnd } from '../../src/tui/app.js'
import type { Attention } from '../../src/tui/attention.js'
import { draftOf } from '../../src/tui/composer/draft.js'
import { AgentFiles } from '../../src/tui/files/agent-files.js'
import { Keymap } from '../../src/tui/keymap/keymap.js'
import { sceneOf } from '../../src/tui/presentation/screen.js'
import { ClientGateway } from '../../src/tui/session/client-gateway.js'
import { SessionFiles } from '../../src/tui/session/files.js'
import type { State } from '../../src/tui/state/state.js'
import { temporaryFolder } from '../helpers/databases.js'
import { people } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { textOf } from './fixtures.js'

/** An agent's desk on a real connection, without a terminal. Dispose of it with `await using`. */
export class HeadlessDesk implements FrontEnd, AsyncDisposable {
  readonly app: App
  readonly attracted: Attention[] = []
  readonly copied: string[] = []
  readonly downloads = temporaryFolder()
  readonly files = new AgentFiles({ downloads: this.downloads, opener: null })
  failure: unknown = null

  private constructor(url: string, who: keyof typeof people) {
    const files = new SessionFiles(temporaryFolder())
    const gateway = new ClientGateway({ url, appId: undefined, token: people[who].token, files })
    const size = { columns: 140, rows: 40 }
    this.app = new App({ gateway, keymap: new Keymap(), frontEnd: this, size, now: Date.now })
  }

  static async open(url: string, who: keyof typeof people = 'ana'): Promise<HeadlessDesk> {
    const { desk, ready } = HeadlessDesk.opening(url, who)
    await ready
    return desk
  }

  /** A desk that is still loading; `ready` settles when it has everything. */
  static opening(url: string, who: keyof typeof people = 'ana') {
    const desk = new HeadlessDesk(url, who)
    return { desk, ready: desk.app.start('') }
  }

  get state(): State {
    this.app.dispatchTime()
    return this.app.state
  }

  /** What would stand in the last line of the screen. */
  get statusLine(): string {
    return textOf(
      sceneOf(this.state, this.app.keymap).surfaces.find(({ area }) => area.top === 38)?.rows[0] ?? [],
    )
  }

  async sends(text: string): Promise<void> {
    const { currentId } = this.state
    this.app.dispatch({ type: 'patchChat', chatId: currentId ?? '', patch: { draft: draftOf(text) } })
    await this.app.perform('send')
  }

  /** Waits until the state is as wanted. */
  becomes(what: string, condition: (state: State) => boolean, deadline = 25_000): Promise<true> {
    return until(what, () => condition(this.state), { deadline })
  }

  changed(): void {}

  attract(attention: Attention): void {
    this.attracted.push(attention)
  }

  async edit(): Promise<string | null> {
    return null
  }

  copy(text: string) {
    this.copied.push(text)
    return { characters: [...text].length, remark: '' }
  }

  redraw(): void {}

  leave(): void {}

  fail(error: unknown): void {
    this.failure = error
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.session?.end()
  }
}
