import type { z } from 'zod'
import type * as entities from './schemas/entities.js'
import type { pushes } from './schemas/pushes.js'

/** The types of the wire, inferred from the schemas that validate and document it. */
export type Message = z.infer<typeof entities.message>
export type Attachment = z.infer<typeof entities.attachment>
export type Conversation = z.infer<typeof entities.conversation>
export type Presence = z.infer<typeof entities.presence>
export type User = z.infer<typeof entities.user>
export type Refusal = z.infer<typeof entities.refusal>
export type Pushes = { [Name in keyof typeof pushes]: z.infer<(typeof pushes)[Name]> }
