import { setTimeout as delay } from 'node:timers/promises'
import type { Entrance } from './socket-io-connection.js'

/** A server under load, told to the load process. */
export type Target =
  | { readonly kind: 'relay'; readonly port: number }
  | { readonly kind: 'product'; readonly port: number; readonly app: AppCredentials }

/** What lets visitors and agents into the product. */
export interface AppCredentials {
  readonly id: string
  readonly publishableKey: string
  readonly secretKey: string
}

/** One visitor of a target: how to enter, and what its messages look like on that wire. */
export interface Visitor {
  readonly entrance: Entrance
  readonly event: string
  /** ASCII JSON of the n-th message. Every message has a text of 80 characters and a local id of its own. */
  message(n: number): string
}

/** How an agent enters, what it sends to be told of every message, and how an event with one begins. */
export interface Watcher {
  readonly entrance: Entrance
  readonly subscription?: { readonly event: string; readonly argumentsJson: string }
  readonly messageEvent: string
}

const TEXT = 'The parcel that I ordered last week has not come yet, can you look where it is?'.padEnd(80, '.')
const run = Date.now().toString(36)

const browserHeaders = {
  Pragma: 'no-cache',
  'Cache-Control': 'no-cache',
  'User-Agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-GB,en;q=0.9,de;q=0.8',
  'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
}

/** The n-th visitor, with a conversation of its own where the target knows conversations. */
export async function makeVisitor(target: Target, n: number, { joined = true } = {}): Promise<Visitor> {
  return target.kind === 'relay' ? relayVisitor(target.port, n) : productVisitor(target, n, joined)
}

function relayVisitor(port: number, n: number): Visitor {
  return {
    entrance: { port, path: '/socket.io/', namespace: '/', headers: browserHeaders },
    event: 'message',
    message: (k) => `{"conversationId":${n},"localId":"${run}-${n}-${k}","text":"${TEXT}"}`,
  }
}

async function productVisitor(
  target: Extract<Target, { kind: 'product' }>,
  n: number,
  withConversation: boolean,
): Promise<Visitor> {
  const { app, port } = target
  const deviceId = `bench-${run}-${n}`
  const conversationId = withConversation ? await openConversation(target, deviceId) : ''
  return {
    entrance: {
      port,
      path: '/v1/socket.io/',
      namespace: '/client',
      auth: { app_id: app.id, device_id: deviceId, api_key: app.publishableKey },
      headers: browserHeaders,
    },
    event: 'message:send',
    message: (k) => `{"conversation_id":"${conversationId}","local_id":"${run}-${n}-${k}","body":"${TEXT}"}`,
  }
}

/** Headers of a visitor's REST calls. */
export function visitorHeaders(app: AppCredentials, deviceId: string): Record<string, string> {
  return { 'X-App-Id': app.id, 'X-Device-Id': deviceId, 'X-Api-Key': app.publishableKey }
}

/** Opens the device's conversation and gives its id. */
export async function openConversation(
  { port, app }: { port: number; app: AppCredentials },
  deviceId: string,
): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/conversations`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...visitorHeaders(app, deviceId) },
    body: '{}',
  })
  if (response.status === 429) {
    await delay(100)
    return openConversation({ port, app }, deviceId)
  }
  const answer = (await response.json()) as { conversation?: { id: string } }
  if (answer.conversation === undefined) throw new Error(`No conversation: ${JSON.stringify(answer)}`)
  return answer.conversation.id
}

/** Someone who sees every message of the target. */
export function makeWatcher(target: Target): Watcher {
  if (target.kind === 'relay') {
    const entrance = { port: target.port, path: '/socket.io/', namespace: '/', query: 'role=agent' }
    return { entrance, messageEvent: '["message"' }
  }
  const { app, port } = target
  return {
    entrance: {
      port,
      path: '/v1/socket.io/',
      namespace: '/admin',
      auth: { app_id: app.id, api_key: app.secretKey },
    },
    subscription: { event: 'app:subscribe', argumentsJson: JSON.stringify({ app_id: app.id }) },
    messageEvent: '["message:new"',
  }
}

/** Body of a message over REST; the load puts a number of its own in the place of `{n}`. */
export const restBody = `{"local_id":"${run}-rest-{n}","body":"${TEXT}"}`
