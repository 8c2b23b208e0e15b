import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { until } from '../helpers/until.js'

/** The line mode as a script drives it: without a terminal, line by line. Dispose of it with `await using`. */
export class Script implements AsyncDisposable {
  output = ''

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    child.stdout.on('data', (chunk: Buffer) => {
      this.output += chunk.toString()
    })
  }

  static start([program = '', ...rest]: readonly string[], environment: Readonly<Record<string, string>>) {
    return new Script(spawn(program, rest, { env: { PATH: process.env.PATH, ...environment } }))
  }

  type(line: string): void {
    this.child.stdin.write(`${line}\n`)
  }

  /** Waits until a text was written. */
  async says(expected: string | RegExp): Promise<void> {
    const matches = () =>
      typeof expected === 'string' ? this.output.includes(expected) : expected.test(this.output)
    try {
      await until(`the line mode says ${expected}`, matches, { deadline: 30_000 })
    } catch (error) {
      throw new Error(`The line mode does not say ${expected}:\n${this.output}`, { cause: error })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL')
  }
}
