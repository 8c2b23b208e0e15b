import type { Readable, Writable } from 'node:stream'

type MaybeTerminal = { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number }

/** The three streams of the process, or a test's. */
export interface Streams {
  readonly stdin: Readable & MaybeTerminal
  /** Data only. */
  readonly stdout: Writable & MaybeTerminal
  /** Prompts, progress, hints, errors and logs. */
  readonly stderr: Writable & MaybeTerminal
}

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  /** False with `--no-input`. */
  readonly input: boolean
  /** False with `--no-color`. */
  readonly color: boolean
  readonly config?: string
  readonly data?: string
}
