import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { temporaryFolder } from '../helpers/databases.js'
import { repositoryRoot } from '../helpers/sources.js'
import { until } from '../helpers/until.js'

export const program = join(repositoryRoot, 'bin/replyhq.cjs')
/** Of the shop that installation.ts makes. */
export const secretKey = 'sk_shop_0123456789abcdefghij'

const running = new Set<ChildProcess>()
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
})

/** `replyhq` in a process of its own, with the shop's secret key, and what it wrote. */
export function startProgram(words: readonly string[], environment: Record<string, string> = {}) {
  if (!existsSync(join(repositoryRoot, 'dist/bin/replyhq.js'))) throw new Error('Run "npm run build" first.')
  const home = temporaryFolder()
  const env = { PATH: process.env.PATH ?? '', HOME: home, REPLYHQ_TOKEN: secretKey, ...environment }
  const child = spawn(process.execPath, [program, ...words], { env, cwd: home })
  running.add(child)
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (output.stdout += chunk))
  child.stderr.on('data', (chunk) => (output.stderr += chunk))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const lines = () => output.stdout.split('\n').slice(0, -1)
  const objects = () => lines().map((line): Record<string, unknown> => JSON.parse(line))
  const says = (what: string) =>
    until(`it says ${what}`, () => `${output.stdout}${output.stderr}`.includes(what), { deadline: 20_000 })
  return { child, output, ended, lines, objects, says }
}
