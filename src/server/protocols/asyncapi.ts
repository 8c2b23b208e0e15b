import type { z } from 'zod'
import { rolesFor } from '../core/permissions.js'
import { type JsonSchema, JsonSchemas } from './json-schemas.js'
import type { Face } from './protocol.js'
import type { SocketEvent } from './socket-event.js'

export interface EventsDescription {
  readonly title: string
  readonly version: string
  readonly description: string
  /** Faces by the name of their channel. */
  readonly faces: Readonly<Record<string, Face>>
  /** Who may send on channels that are not for staff. */
  readonly customers: Readonly<Record<string, 'visitor' | 'member'>>
  readonly named: Readonly<Record<string, z.ZodType>>
}

/** An AsyncAPI 3 document, made from the events themselves. `receive` is what clients send, `send` what they get. */
export function asyncApi(events: EventsDescription): JsonSchema {
  const { title, version, description, faces, customers, named } = events
  const schemas = new JsonSchemas(named)
  const channels: Record<string, JsonSchema> = {}
  const operations: Record<string, JsonSchema> = {}
  for (const [channel, face] of Object.entries(faces)) {
    const { handshake, namespace, path } = face
    channels[channel] = {
      address: namespace,
      description: `Socket.IO namespace ${namespace} at ${path}`,
      messages: messages(face, schemas),
      'x-handshake-auth': schemas.of(handshake, 'input'),
    }
    for (const event of face.events)
      operations[`${channel}.${event.name}`] = received(channel, event, customers[channel])
    for (const name of Object.keys(face.pushes)) operations[`${channel}.push.${name}`] = sent(channel, name)
  }
  return {
    asyncapi: '3.0.0',
    info: { title, version, description },
    defaultContentType: 'application/json',
    channels,
    operations,
    components: { schemas: schemas.components },
  }
}

function messages({ events, pushes }: Face, schemas: JsonSchemas): JsonSchema {
  const all: Record<string, JsonSchema> = {}
  for (const { name, summary, input, ack } of events) {
    all[name] = { name, summary, payload: schemas.of(input, 'input') }
    all[`${name}.ack`] = { name, summary: 'The ack of success', payload: schemas.of(ack, 'output') }
  }
  for (const [name, payload] of Object.entries(pushes))
    all[`push.${name}`] = { name, payload: schemas.of(payload, 'output') }
  return all
}

const channelRef = (channel: string) => ({ $ref: `#/channels/${channel}` })
const messageRef = (channel: string, name: string) => ({
  $ref: `#/channels/${channel}/messages/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
})

function received(
  channel: string,
  { name, summary, action }: SocketEvent,
  customer: string | undefined,
): JsonSchema {
  return {
    action: 'receive',
    summary,
    'x-roles': customer === undefined ? rolesFor(action ?? 'app.read') : [customer],
    channel: channelRef(channel),
    messages: [messageRef(channel, name)],
    reply: { channel: channelRef(channel), messages: [messageRef(channel, `${name}.ack`)] },
  }
}

const sent = (channel: string, name: string): JsonSchema => ({
  action: 'send',
  channel: channelRef(channel),
  messages: [messageRef(channel, `push.${name}`)],
})
