import type { Draft } from '../composer/draft.js'

/** What to do, with what: a row of the palette, an answer to a question. */
export interface Invocation {
  readonly action: string
  readonly argument?: string
}

/** A line to choose; `hint` stands at the right. A line with a `reason` cannot be chosen now, and says why. */
export interface Choice extends Invocation {
  readonly label: string
  readonly hint: string
  readonly reason?: string
}

/** A list that is narrowed by typing. */
export interface Chooser {
  readonly kind: 'chooser'
  readonly title: string
  readonly choices: readonly Choice[]
  readonly query: Draft
  readonly selected: number
}

/** A question that is answered by y or n. */
export interface Question {
  readonly kind: 'question'
  readonly title: string
  readonly lines: readonly string[]
  readonly yes: Invocation
}

/** One line to type; Enter hands it to the action. */
export interface Prompt {
  readonly kind: 'prompt'
  readonly title: string
  readonly draft: Draft
  readonly action: string
}

export interface Help {
  readonly kind: 'help'
  readonly scroll: number
}

export interface Login {
  readonly kind: 'login'
  readonly email: Draft
  readonly password: Draft
  readonly field: 'email' | 'password'
  readonly busy: boolean
  readonly problem: string | null
}

/** What stands over the panes and takes the keys. */
export type Overlay = Chooser | Question | Prompt | Help | Login
