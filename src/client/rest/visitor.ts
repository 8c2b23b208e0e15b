import { withLocalId } from '../local-id.js'
import type { VisitorClient, VisitorClientOptions } from '../types/visitor.js'
import { bound } from './admin-conversations.js'
import { Http } from './http.js'
import { messagePage, pageOf, partOf, type WireMessages } from './pages.js'
import { path, queryString } from './query.js'
import { upload } from './upload.js'

const root = '/v1/conversations'

/** Sends the requests of a visitor, with their key and device. */
class VisitorCalls {
  readonly #http: Http
  readonly #headers: Readonly<Record<string, string>>

  constructor(http: Http, { appId, apiKey, deviceId }: VisitorClientOptions) {
    this.#http = http
    this.#headers = { 'x-app-id': appId, 'x-api-key': apiKey, 'x-device-id': deviceId }
  }

  get<Answer>(where: string, query?: object): Promise<Answer> {
    return this.send('GET', `${where}${queryString(query)}`)
  }

  send<Answer>(method: string, where: string, body?: unknown, repeatable?: boolean): Promise<Answer> {
    return this.#http.call({ method, path: where, body, repeatable, headers: this.#headers })
  }
}

/** A REST client for one visitor: a publishable key and a device. */
export function createVisitorClient(options: VisitorClientOptions): VisitorClient {
  const http = new Http(options)
  const calls = new VisitorCalls(http, options)
  return {
    url: http.url,
    deviceId: options.deviceId,
    ...conversationCalls(calls, options),
    ...messageCalls(calls),
    upload: (name, content) => upload(calls, name, content),
    registerPush: async (pushToken, platform) => {
      await calls.send('PUT', '/v1/devices', { push_token: pushToken, platform })
    },
    credentials: () => ({
      app_id: options.appId,
      device_id: options.deviceId,
      api_key: options.apiKey,
      user: options.user,
      device_context: options.deviceContext,
    }),
  }
}

type ConversationCalls = Pick<
  VisitorClient,
  'start' | 'list' | 'one' | 'messages' | 'handoff' | 'close' | 'rate'
>

function conversationCalls(calls: VisitorCalls, options: VisitorClientOptions): ConversationCalls {
  const { user, deviceContext } = options
  const at = (id: string) => `${root}${path`/${id}`}`
  return {
    // Started twice gives the same conversation, unless a new one is asked for.
    start: (input) =>
      partOf(
        'conversation',
        calls.send('POST', root, { user, device_context: deviceContext, ...input }, input?.new !== true),
      ),
    list: (query) => pageOf('conversations', calls.get(root, query)),
    one: (id) => partOf('conversation', calls.get(at(id))),
    messages: async (id, query) => messagePage(await calls.get<WireMessages>(`${at(id)}/messages`, query)),
    handoff: (id, input = {}) => partOf('conversation', calls.send('POST', `${at(id)}/handoff`, input)),
    close: (id) => partOf('conversation', calls.send('POST', `${at(id)}/close`, {})),
    rate: (id, score, comment) =>
      partOf('conversation', calls.send('POST', `${at(id)}/rating`, { score, comment })),
  }
}

type MessageCalls = Pick<
  VisitorClient,
  'post' | 'edit' | 'remove' | 'react' | 'unreact' | 'delivered' | 'read'
>

function messageCalls(calls: VisitorCalls): MessageCalls {
  const all = (id: string) => `${root}${path`/${id}/messages`}`
  const at = (id: string, messageId: string) => `${all(id)}${path`/${messageId}`}`
  const reaction = (id: string, messageId: string, emoji: string) =>
    `${at(id, messageId)}${path`/reactions/${emoji}`}`
  return {
    post: (id, draft) => partOf('message', calls.send('POST', all(id), withLocalId(draft), true)),
    edit: (id, messageId, body) => partOf('message', calls.send('PATCH', at(id, messageId), { body })),
    remove: (id, messageId) => partOf('message', calls.send('DELETE', at(id, messageId))),
    react: (id, messageId, emoji) => partOf('message', calls.send('PUT', reaction(id, messageId, emoji))),
    unreact: (id, messageId, emoji) =>
      partOf('message', calls.send('DELETE', reaction(id, messageId, emoji))),
    delivered: (id, upTo) => partOf('updated', calls.send('POST', `${all(id)}/delivered`, bound(upTo))),
    read: (id, upTo) => partOf('updated', calls.send('POST', `${all(id)}/read`, bound(upTo))),
  }
}
