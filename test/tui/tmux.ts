import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { until } from '../helpers/until.js'

const run = promisify(execFile)

export interface TmuxOptions {
  /** The program and its arguments. */
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly columns?: number
  readonly rows?: number
}

/** A program in a real terminal of a fixed size, on a tmux server of its own. Dispose of it with `await using`. */
export class Tmux implements AsyncDisposable {
  private constructor(private readonly socket: string) {}

  /** Starts the program; the pane stays after its end, so that what it left can be read. */
  static async start({ command, environment = {}, columns = 140, rows = 40 }: TmuxOptions): Promise<Tmux> {
    const terminal = new Tmux(`replyhq-${randomUUID()}`)
    const variables = Object.entries({ LANG: 'C.UTF-8', ...environment }).flatMap(([name, value]) => [
      '-e',
      `${name}=${value}`,
    ])
    const size = ['-x', String(columns), '-y', String(rows)]
    // Without the shell's own rc files nothing of the developer's reaches the test.
    await terminal.tmux(
      'new-session',
      '-d',
      ...size,
      ...variables,
      'sh',
      '-c',
      `${quoted(command)}; echo "exit $?"; exec cat`,
    )
    return terminal
  }

  /** Presses keys by tmux' names: `C-k`, `Enter`, `M-1`, `F1`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.tmux('send-keys', ...keys)
  }

  /** Types text as it is. */
  async type(text: string): Promise<void> {
    await this.tmux('send-keys', '-l', text)
  }

  /** Pastes text as a terminal does when bracketed paste is on. */
  async paste(text: string): Promise<void> {
    await this.tmux('set-buffer', text)
    await this.tmux('paste-buffer', '-p')
  }

  /** Clicks on a cell, counted from 0. */
  async click(x: number, y: number): Promise<void> {
    await this.type(`\x1b[<0;${x + 1};${y + 1}M\x1b[<0;${x + 1};${y + 1}m`)
  }

  async wheelUp(x: number, y: number): Promise<void> {
    await this.type(`\x1b[<64;${x + 1};${y + 1}M`)
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.tmux('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** What stands on the screen, without colours. */
  async screen(): Promise<string> {
    return (await this.tmux('capture-pane', '-p')).replace(/[ \t]+$/gm, '')
  }

  /** What stands on the screen with its escape sequences as tmux keeps them; Escape is written as `␛`. */
  async rawScreen(): Promise<string> {
    return (await this.tmux('capture-pane', '-p', '-e')).replaceAll('\x1b', '␛')
  }

  /** From now on programs may fill the clipboard, as most terminals let them. */
  async lendClipboard(): Promise<void> {
    await this.tmux('set-option', '-s', 'set-clipboard', 'on')
  }

  /** What stands on the clipboard; null while nothing does. */
  async clipboard(): Promise<string | null> {
    return this.tmux('show-buffer').catch(() => null)
  }

  /** The value of a tmux format, such as `pane_title` or `cursor_x`. */
  async format(name: string): Promise<string> {
    return (await this.tmux('display-message', '-p', `#{${name}}`)).trimEnd()
  }

  /** The process id of the program, which the pane's shell has started. */
  async processId(): Promise<number> {
    const shell = await this.format('pane_pid')
    const { stdout } = await run('pgrep', ['-P', shell])
    return Number.parseInt(stdout, 10)
  }

  /** Waits until the screen shows a text; gives the screen. Fails with the screen in the message. */
  async shows(expected: string | RegExp, deadline = 25_000): Promise<string> {
    let screen = ''
    const matches = () => (typeof expected === 'string' ? screen.includes(expected) : expected.test(screen))
    try {
      await until(
        `the screen shows ${expected}`,
        async () => {
          screen = await this.screen()
          return matches()
        },
        { deadline, every: 40 },
      )
      return screen
    } catch (error) {
      throw new Error(`The screen does not show ${expected}:\n${screen}`, { cause: error })
    }
  }

  /** Waits until the screen no longer shows a text. */
  async hides(unwanted: string | RegExp, deadline = 25_000): Promise<void> {
    await until(
      `the screen hides ${unwanted}`,
      async () => {
        const screen = await this.screen()
        return typeof unwanted === 'string' ? !screen.includes(unwanted) : !unwanted.test(screen)
      },
      { deadline, every: 40 },
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tmux('kill-server').catch(() => '')
  }

  private async tmux(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('tmux', ['-L', this.socket, '-f', '/dev/null', ...args])
    return stdout
  }
}

function quoted(command: readonly string[]): string {
  return command.map((part) => `'${part.replaceAll("'", `'\\''`)}'`).join(' ')
}
