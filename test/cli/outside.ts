import { createAdminClient, createVisitorClient } from '../../src/client/index.js'
import { until } from '../helpers/until.js'
import { serve } from './bot-installation.js'
import { installation } from './installation.js'
import { secretKey, startProgram } from './program.js'

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
