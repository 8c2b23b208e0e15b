import type { NewMessage } from '../../core/messages/messages.js'
import type * as v1 from './schemas.js'

/** A message as the core takes it, from a visitor. */
export const newMessage = (body: v1.SendMessage): NewMessage => ({
  localId: body.local_id,
  body: body.body,
  type: body.type,
  attachments: body.attachments,
  replyTo: body.reply_to,
  metadata: body.metadata,
})

/** The same from staff, who may write notes and guard their send. */
export const newStaffMessage = (body: v1.AgentSendMessage): NewMessage => ({
  ...newMessage(body),
  internal: body.visibility === 'internal',
  expectSequence: body.expect_sequence,
})
