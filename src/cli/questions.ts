import { text as readAll } from 'node:stream/consumers'
import { CommandError } from './errors.js'
import type { GlobalOptions, Streams } from './streams.js'

/** Asks the person before the terminal; where nobody is, says which flag answers instead. */
export class Questions {
  private readonly canAsk: boolean

  constructor(
    private readonly streams: Streams,
    { json, input }: GlobalOptions,
    automated: boolean,
  ) {
    this.canAsk = Boolean(streams.stdin.isTTY && streams.stderr.isTTY) && !json && input && !automated
  }

  /** Yes, or an interruption: a change that cannot be undone goes on only after a yes. */
  async confirm(message: string, assumed: boolean | undefined): Promise<void> {
    if (assumed) return
    this.needPerson('--yes')
    const { confirm } = await prompts()
    const yes = await confirm({ message, default: false }, this.context())
    if (!yes) throw new CommandError('interrupted', 'Nothing was changed.')
  }

  /** The name of what is about to go, typed out. */
  async confirmName(message: string, name: string, given: string | undefined): Promise<void> {
    if (given === undefined) this.needPerson(`--confirm ${name}`)
    const typed =
      given ??
      (await (await prompts()).input({ message: `${message} Type ${name} to go on:` }, this.context()))
    if (typed.trim() !== name) throw new CommandError('usage', `That is not ${name}: nothing was changed.`)
  }

  /** A line of text, or the flag's value. */
  async text(message: string, flag: string, given: string | undefined): Promise<string> {
    if (given !== undefined) return given
    this.needPerson(flag)
    return (await prompts()).input({ message, required: true }, this.context())
  }

  /** A password from stdin with `--password-stdin`, else typed without being shown. */
  async password(message: string, fromStdin: boolean | undefined): Promise<string> {
    return fromStdin ? this.secretFromStdin() : this.hidden(message, '--password-stdin')
  }

  /** A secret, typed without being shown; where nobody can be asked, `instead` is what to give. */
  async hidden(message: string, instead: string): Promise<string> {
    this.needPerson(instead)
    return (await prompts()).password({ message, mask: '*' }, this.context())
  }

  /** All of stdin without the line end at its end. */
  async secretFromStdin(): Promise<string> {
    const secret = (await readAll(this.streams.stdin)).replace(/\r?\n$/, '')
    if (secret === '') throw new CommandError('missing_answer', 'Standard input was empty.')
    return secret
  }

  private needPerson(flag: string): void {
    if (this.canAsk) return
    throw new CommandError('missing_answer', `An answer is needed and nobody can be asked.`, `Give ${flag}.`)
  }

  // inquirer writes to stdout unless told otherwise, and stdout belongs to data.
  private context() {
    return { input: this.streams.stdin, output: this.streams.stderr }
  }
}

// Loaded only to ask: it would double the time that every other command takes to start.
const prompts = () => import('@inquirer/prompts')
