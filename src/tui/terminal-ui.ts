import { App } from './app.js'
import type { Attention } from './attention.js'
import { windowTitle } from './attention.js'
import { nextTickIn } from './clock.js'
import { editText } from './editor.js'
import { watchSignals } from './exits.js'
import { AgentFiles } from './files/agent-files.js'
import { Frames } from './frames.js'
import type { Keymap } from './keymap/keymap.js'
import { DeskKeys } from './keys/desk-keys.js'
import { EXIT, type TuiConfig } from './options.js'
import { sceneOf } from './presentation/screen.js'
import { themeOf } from './presentation/theme.js'
import { openScreen, type Screen } from './screen.js'
import type { Gateway } from './session/session.js'
import { copyTo } from './terminal/clipboard.js'
import { TerminalInput } from './terminal/input.js'

export interface TerminalUiOptions {
  readonly gateway: Gateway
  readonly keymap: Keymap
  readonly config: TuiConfig
  readonly email: string
}

const BELL_PAUSE_MILLISECONDS = 1000

/** Runs the full-screen UI until the agent leaves; gives the exit code. Rejects with an error of ours. */
export async function runTerminalUi(options: TerminalUiOptions): Promise<number> {
  const ui = new TerminalUi(options)
  const unwatch = watchSignals(
    (code) => ui.end(code),
    (error) => ui.fail(error),
  )
  try {
    return await ui.run(options.email)
  } finally {
    unwatch()
    ui.close()
  }
}

class TerminalUi {
  private readonly input = new TerminalInput(process.stdin)
  private readonly screen: Screen
  private readonly app: App
  private readonly keys: DeskKeys
  private readonly frames = new Frames(
    () => this.paint(),
    () => performance.now(),
  )
  private readonly config: TuiConfig
  readonly files: AgentFiles
  private clock: NodeJS.Timeout | undefined
  private rangAt = 0
  private title = ''
  private settle: { resolve: (code: number) => void; reject: (error: unknown) => void } | null = null

  constructor({ gateway, keymap, config }: TerminalUiOptions) {
    this.config = config
    this.files = new AgentFiles(config)
    this.screen = openScreen(
      this.input,
      process.stdout,
      themeOf(config.theme ?? 'dark'),
      config.mouse ?? true,
    )
    this.app = new App({ gateway, keymap, frontEnd: this, size: this.screen.size, now: Date.now })
    this.keys = new DeskKeys(this.app)
  }

  run(email: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject }
      this.input.on('input', (event) => this.guard(this.keys.handle(event)))
      this.screen.onResize(() => this.app.dispatch({ type: 'resized', size: this.screen.size }))
      this.frames.plan()
      this.guard(this.app.start(email))
    })
  }

  changed(): void {
    this.frames.plan()
  }

  attract(attention: Attention): void {
    const now = Date.now()
    if (now - this.rangAt < BELL_PAUSE_MILLISECONDS) return
    this.rangAt = now
    if (this.config.bell ?? true) this.screen.bell()
    if ((this.config.desktopNotices ?? true) && this.app.state.terminalFocused === false) {
      this.screen.notify(attention.title, attention.body)
    }
  }

  async edit(text: string): Promise<string | null> {
    let edited: string | null = null
    await this.screen.suspend(async () => {
      edited = await editText(this.config.editor ?? 'vi', text)
    })
    this.redraw()
    return edited
  }

  copy(text: string) {
    return copyTo(this.config.term, text, (sequence) => this.screen.pass(sequence))
  }

  redraw(): void {
    this.screen.redraw(sceneOf(this.app.state, this.app.keymap))
  }

  leave(): void {
    this.end(EXIT.done)
  }

  end(code: number): void {
    this.settle?.resolve(code)
  }

  fail(error: unknown): void {
    this.settle?.reject(error)
  }

  /** Restores the terminal, and says goodbye to the server. */
  close(): void {
    clearTimeout(this.clock)
    this.frames.stop()
    this.screen.close()
    this.files.close()
    this.app.session?.end().catch(() => undefined)
  }

  private paint(): void {
    this.app.dispatchTime()
    const { state } = this.app
    this.screen.paint(sceneOf(state, this.app.keymap))
    this.app.shown()
    const title = windowTitle(state)
    if ((this.config.title ?? true) && title !== this.title) this.screen.setTitle(title)
    this.title = title
    clearTimeout(this.clock)
    this.clock = setTimeout(() => this.frames.plan(), nextTickIn(state))
  }

  private guard(work: Promise<void>): void {
    work.catch((error: unknown) => this.fail(error))
  }
}
