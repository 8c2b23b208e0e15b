import { type RunningServer, start } from '../../src/server/main.js'
import { type Installation, type InstallationOptions, makeInstallation } from './seed.js'

export { people, rival, shop } from './seed.js'

/** A server in this process, on a free port, over an installation of its own. Dispose of it with `await using`. */
export interface TestServer extends RunningServer {
  readonly installation: Installation
}

/** Starts a server on an installation with the shop, the rival and their people (seed.ts). */
export async function startTestServer(options: InstallationOptions = {}): Promise<TestServer> {
  const installation = await makeInstallation(options)
  const { config, secrets, loggers } = installation
  const server = await start({ config, secrets, loggers, overrides: options.overrides })
  return { ...server, installation }
}

/** A REST call with JSON both ways. `as` holds the headers that say who calls. */
export async function call(
  server: { url: string },
  method: string,
  path: string,
  { as = {}, body }: { as?: Readonly<Record<string, string>>; body?: unknown } = {},
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const response = await fetch(server.url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...as },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  }
}

/** Headers of a visitor's call from a device. */
export function asDevice(
  deviceId: string,
  app: { id: string; publishableKey: string },
): Record<string, string> {
  return { 'X-App-Id': app.id, 'X-Device-Id': deviceId, 'X-Api-Key': app.publishableKey }
}

/** Headers of a call with an agent's token or a secret key. */
export function asBearer(credential: string, appId?: string): Record<string, string> {
  return { Authorization: `Bearer ${credential}`, ...(appId === undefined ? {} : { 'X-App-Id': appId }) }
}
