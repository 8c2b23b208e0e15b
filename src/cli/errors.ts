/** What `--json` shows of a failure; `stack` is for people who report a bug, and only with `--verbose`. */
export interface ErrorReport {
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
  readonly stack?: string | undefined
}

type CommandErrorCode =
  | 'usage'
  | 'invalid_request'
  | 'missing_answer'
  | 'not_found'
  | 'conflict'
  | 'failed'
  | 'not_reachable'
  | 'interrupted'

/** A refusal of the command line itself: a sentence, and what to do about it. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  constructor(
    readonly code: CommandErrorCode,
    message: string,
    readonly hint?: string,
  ) {
    super(message)
  }
}

/** Ends a command with the code of a program that told everything itself. */
export class ExitCode extends Error {
  override readonly name = 'ExitCode'
  constructor(readonly code: number) {
    super(`ended with ${code}`)
  }
}
