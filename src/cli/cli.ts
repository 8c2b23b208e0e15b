import { type LoadedConfig, loadConfig, terminalEnvironment } from '../config.js'
import { Output } from './output.js'
import { type Tell, withProgress } from './progress.js'
import { Questions } from './questions.js'
import type { GlobalOptions, Streams } from './streams.js'

const plainOptions: GlobalOptions = { json: false, quiet: false, verbose: false, input: true, color: true }

/** What every command works with. The options are known once the command line was read. */
export class Cli {
  readonly terminal = terminalEnvironment()
  options: GlobalOptions
  out: Output
  ask: Questions

  constructor(
    readonly streams: Streams,
    json: boolean,
  ) {
    this.options = { ...plainOptions, json }
    this.out = new Output(streams, this.options, this.terminal.color)
    this.ask = new Questions(streams, this.options, this.terminal.automated)
  }

  begin(options: GlobalOptions): void {
    this.options = options
    this.out = new Output(this.streams, options, this.terminal.color)
    this.ask = new Questions(this.streams, options, this.terminal.automated)
  }

  /** The settings, with the command's own flags by the path of their setting. */
  settings(flags: Readonly<Record<string, unknown>> = {}): LoadedConfig {
    const { config, data } = this.options
    return loadConfig({ flags: { config, data, ...flags } })
  }

  /** Runs something that may take a moment, with a sign of life on stderr. */
  progress<Result>(text: string, work: (tell: Tell) => Promise<Result>): Promise<Result> {
    return withProgress(this.streams, this.options, text, work)
  }
}
