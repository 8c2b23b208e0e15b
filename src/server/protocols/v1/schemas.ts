import type { z } from 'zod'
import type * as administration from './schemas/administration.js'
import type * as entities from './schemas/entities.js'
import type * as events from './schemas/events.js'
import type * as inputs from './schemas/inputs.js'
import type * as outside from './schemas/outside.js'

/** The types of the v1 wire, inferred from the schemas that validate and document it. */
export type Conversation = z.infer<typeof entities.conversation>
export type AdminConversation = z.infer<typeof entities.adminConversation>
export type FoundConversation = z.infer<typeof entities.foundConversation>
export type Message = z.infer<typeof entities.message>
export type Attachment = z.infer<typeof entities.attachment>
export type User = z.infer<typeof entities.user>
export type Contact = z.infer<typeof entities.contact>
export type Device = z.infer<typeof entities.device>
export type Agent = z.infer<typeof administration.agent>
export type Member = z.infer<typeof administration.member>
export type App = z.infer<typeof administration.app>
export type QueueEntry = z.infer<typeof entities.queueEntry>
export type CannedReply = z.infer<typeof administration.cannedReply>
export type ApiKey = z.infer<typeof administration.apiKey>
export type AuditEvent = z.infer<typeof administration.auditEvent>
export type Settings = z.infer<typeof administration.settings>
export type Stats = z.infer<typeof administration.stats>
export type ErrorBody = z.infer<typeof entities.errorBody>
export type Session = z.infer<typeof events.session>
export type Webhook = z.infer<typeof outside.webhook>
export type WebhookSecret = z.infer<typeof outside.shownOnce>
export type Delivery = z.infer<typeof outside.delivery>
export type DeliveryAttempt = z.infer<typeof outside.deliveryAttempt>
export type OutsideEvent = z.infer<typeof outside.outsideEvent>
export type MessageTrace = z.infer<typeof outside.messageTrace>
export type EventPage = z.infer<typeof outside.eventList>

export type StartConversation = z.infer<typeof inputs.startConversation>
export type SendMessage = z.infer<typeof inputs.sendMessage>
export type AgentSendMessage = z.infer<typeof inputs.agentSendMessage>
export type ListConversations = z.infer<typeof inputs.listConversations>
export type WebhookInput = z.input<typeof outside.webhookInput>
export type PatchWebhook = z.input<typeof outside.patchWebhook>
export type ListDeliveries = z.infer<typeof outside.listDeliveries>

type Payloads<Schemas extends Record<string, z.ZodType>> = { [Name in keyof Schemas]: z.infer<Schemas[Name]> }
export type ClientEvents = Payloads<typeof events.clientEvents>
export type AdminEvents = Payloads<typeof events.adminEvents>
export type ClientPushes = Payloads<typeof events.clientPushes>
export type AdminPushes = Payloads<typeof events.adminPushes>
