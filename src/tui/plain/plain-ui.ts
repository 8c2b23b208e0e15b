import { App } from '../app.js'
import { draftOf, draftText, EMPTY_DRAFT, isBlank } from '../composer/draft.js'
import { editText } from '../editor.js'
import { watchSignals } from '../exits.js'
import { AgentFiles } from '../files/agent-files.js'
import { Frames } from '../frames.js'
import { isActionId } from '../keymap/actions.js'
import type { Keymap } from '../keymap/keymap.js'
import { chatTakesReply } from '../keymap/reasons.js'
import { EXIT, type TuiConfig } from '../options.js'
import type { Gateway } from '../session/session.js'
import { visibleChoices } from '../state/choices.js'
import type { Overlay } from '../state/overlay.js'
import { currentChat } from '../state/selectors.js'
import type { State } from '../state/state.js'
import { copyTo } from '../terminal/clipboard.js'
import { differences } from './differences.js'
import { mineLines, queueLines, teamLines, visitorLines } from './format.js'
import { ask, askHidden, Lines } from './lines.js'

export interface PlainUiOptions {
  readonly gateway: Gateway
  readonly keymap: Keymap
  readonly config: TuiConfig
  readonly email: string
}

// Nothing is drawn, so the size only has to be large enough for every pane to count as shown.
const SIZE = { columns: 200, rows: 60 }
const LISTS: Readonly<Record<string, (state: State) => string[]>> = {
  '/queue': queueLines,
  '/mine': mineLines,
  '/team': teamLines,
  '/visitor': visitorLines,
}

/** Runs the line mode until the input ends or the agent leaves; gives the exit code. */
export async function runPlainUi(options: PlainUiOptions): Promise<number> {
  const ui = new PlainUi(options)
  return ui.run(options.email)
}

class PlainUi {
  private readonly app: App
  private readonly frames = new Frames(
    () => this.tell(),
    () => performance.now(),
  )
  private readonly config: TuiConfig
  readonly files: AgentFiles
  private told: State
  private finish: (code: number) => void = () => undefined
  private break: (error: unknown) => void = () => undefined

  constructor({ gateway, keymap, config }: PlainUiOptions) {
    this.config = config
    this.files = new AgentFiles(config)
    this.app = new App({ gateway, keymap, frontEnd: this, size: SIZE, now: Date.now })
    this.told = this.app.state
  }

  async run(email: string): Promise<number> {
    const ended = new Promise<number>((resolve, reject) => {
      this.finish = resolve
      this.break = reject
    })
    const unwatch = watchSignals(this.finish, this.break)
    try {
      return await Promise.race([ended, this.work(email)])
    } finally {
      unwatch()
      this.tell()
      this.frames.stop()
      this.files.close()
      await this.app.session?.end()
    }
  }

  changed(): void {
    this.frames.plan()
  }

  attract(): void {
    if (process.stdout.isTTY && (this.config.bell ?? true)) process.stdout.write('\x07')
  }

  async edit(text: string): Promise<string | null> {
    return process.stdin.isTTY ? editText(this.config.editor ?? 'vi', text) : null
  }

  copy(text: string) {
    if (!process.stdout.isTTY) return null
    return copyTo(this.config.term, text, (sequence) => process.stdout.write(sequence))
  }

  redraw(): void {
    this.told = { ...this.told, chats: {} }
    this.frames.plan()
  }

  leave(): void {
    this.finish(EXIT.done)
  }

  fail(error: unknown): void {
    this.break(error)
  }

  private async work(email: string): Promise<number> {
    await this.app.start(email)
    if (!this.app.session) await this.login(email)
    if (!this.app.session) return EXIT.usage
    this.tell()
    this.print([...queueLines(this.app.state), ...mineLines(this.app.state), 'Type /help for the commands.'])
    const lines = new Lines(process.stdin)
    for (let line = await lines.next(); line !== null; line = await lines.next()) await this.take(line)
    lines.close()
    return EXIT.done
  }

  private async login(email: string): Promise<void> {
    if (!process.stdin.isTTY) {
      process.stderr.write(
        'replyhq: nobody is logged in. Give --token, set REPLYHQ_TOKEN, or log in on a terminal.\n',
      )
      return
    }
    const address = email || (await ask('E-mail: ', process.stdin, process.stderr))
    const password = await askHidden('Password: ', process.stdin, process.stderr)
    await this.app.begin(await this.app.gateway.login(address, password))
  }

  private async take(line: string): Promise<void> {
    const { overlay } = this.app.state
    if (overlay) await this.answer(overlay, line.trim())
    else if (line.trim() in LISTS) this.print(LISTS[line.trim()]?.(this.app.state) ?? [])
    else if (line.trim() !== '') await this.send(line)
    else if (currentChat(this.app.state)?.editing) await this.app.perform('escape')
    this.offerDraft()
    this.tell()
  }

  /** A canned reply, what came back from the editor or was not sent: nobody sees it, so it is asked for. */
  private offerDraft(): void {
    const chat = currentChat(this.app.state)
    if (!chat || chat.editing || this.app.state.overlay || isBlank(chat.draft)) return
    // A refusal is told already.
    if (chatTakesReply(this.app.state) !== null) {
      this.app.dispatch({ type: 'draft', draft: EMPTY_DRAFT })
      return
    }
    const lines = [`Send “${draftText(chat.draft)}”?`]
    this.app.dispatch({
      type: 'overlay',
      overlay: { kind: 'question', title: 'Send', lines, yes: { action: 'send' } },
    })
  }

  private async send(line: string): Promise<void> {
    const { currentId } = this.app.state
    if (currentId === null && !line.startsWith('/'))
      return this.print(['! No chat is open: /accept or /chat 1'])
    if (currentId === null) return this.app.command(line)
    // A command leaves what is being changed as it is.
    if (line.startsWith('/') && !line.startsWith('//')) return this.app.command(line)
    this.app.dispatch({ type: 'patchChat', chatId: currentId, patch: { draft: draftOf(line) } })
    await this.app.perform('send')
  }

  private async answer(overlay: Overlay, line: string): Promise<void> {
    this.app.dispatch({ type: 'overlay', overlay: null })
    if (overlay.kind === 'question' && /^y(es)?$/i.test(line)) {
      return this.invoke(overlay.yes.action, overlay.yes.argument)
    }
    if (overlay.kind === 'question' && overlay.yes.action === 'send') {
      return this.app.dispatch({ type: 'draft', draft: EMPTY_DRAFT })
    }
    if (overlay.kind === 'prompt' && line !== '') return this.invoke(overlay.action, line)
    if (overlay.kind !== 'chooser' || line === '') return
    const numbered = overlay.choices[Number.parseInt(line, 10) - 1]
    const choice = numbered ?? visibleChoices({ ...overlay, query: draftOf(line) })[0]
    if (choice) await this.invoke(choice.action, choice.argument)
    else this.print([`! Nothing is called “${line}”`])
  }

  private async invoke(action: string, argument?: string): Promise<void> {
    if (isActionId(action)) await this.app.perform(action, argument)
  }

  private tell(): void {
    const { state } = this.app
    const before = this.told
    this.told = state
    this.print(differences(before, state))
    if (state.overlay?.kind === 'help') this.app.dispatch({ type: 'overlay', overlay: null })
    this.app.shown()
  }

  private print(lines: readonly string[]): void {
    if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
  }
}
