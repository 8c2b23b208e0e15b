import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { createAdminClient, createVisitorClient } from '../../src/client/index.js'
import { temporaryFolder } from '../helpers/databases.js'
import { repositoryRoot } from '../helpers/sources.js'
import { until } from '../helpers/until.js'
import { serve } from './bot-installation.js'
import { installation } from './installation.js'

const program = join(repositoryRoot, 'bin/replyhq.cjs')
export const secretKey = 'sk_shop_0123456789abcdefghij'

const running = new Set<ChildProcess>()
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
})

/** An installation whose webhooks may lead to this machine. */
export async function outsideInstallation() {
  const made = await installation()
  writeFileSync(join(made.data, 'replyhq.yaml'), 'webhook: {allow_private: true}\n')
  return made
}

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
    until(`it says ${what}`, () => `${output.stdout}${output.stderr}`.includes(what), { deadline: 15_000 })
  return { child, home, output, ended, lines, objects, says }
}

/** A server in a process of its own, which may be killed and started again on its port. */
export function serveProcess(data: string, port: number) {
  const server = startProgram(['serve', '--data', data, '--port', String(port)])
  const url = `http://127.0.0.1:${port}`
  const healthy = async () => {
    if (server.child.exitCode !== null) throw new Error(`It ended: ${server.output.stderr}`)
    return (await fetch(`${url}/health`).catch(() => null))?.ok === true
  }
  const ready = () => until('the server is healthy', healthy, { deadline: 20_000, every: 20 })
  return { ...server, url, ready }
}

/** A visitor with a conversation, who writes. */
export async function visitorAt(url: string, name = 'Bo Li') {
  const visitor = createVisitorClient({
    url,
    apiKey: 'pk_shop_0123456789abcdefghij',
    appId: 'app_shop',
    deviceId: crypto.randomUUID(),
    user: { name },
  })
  const { id } = await visitor.start()
  return { id, say: (body: string) => visitor.post(id, { body, local_id: crypto.randomUUID() }) }
}

/** Where the events of a server begin that come from now on, and somebody who writes. */
export async function beginningAt(url: string) {
  const admin = createAdminClient({ url, apiKey: secretKey, appId: 'app_shop' })
  const { cursor } = await admin.events.page()
  return { admin, cursor, visitor: await visitorAt(url) }
}

/** A server in this process, with such a beginning. Dispose of it with `await using`. */
export async function tellingServer() {
  const { data } = await installation()
  const server = await serve(data)
  return Object.assign(server, await beginningAt(server.url))
}
