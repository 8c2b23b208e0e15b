import { randomUUID } from 'node:crypto'
import type { NewMessage } from '../../core/messages/messages.js'
import type * as inputs from './schemas/inputs.js'

/** A message as the core takes it. Without a local id it is sent as often as it comes. */
export const newMessage = (input: inputs.NewMessage): NewMessage => ({
  localId: input.localId ?? randomUUID(),
  body: input.content,
  attachments: input.attachments,
  replyTo: input.replyTo,
  metadata: input.metadata,
})
