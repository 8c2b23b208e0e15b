import type { MessageEvent } from '../../src/server/core/events.js'

export const busyApp = 1

/** A visitor's message of a usual length, as it travels: without a sequence, so that none waits for another. */
export const sampleEvent: MessageEvent = {
  type: 'message.created',
  conversation: {
    appKey: busyApp,
    appId: 'app_shop',
    conversationId: 'conv_01jd8v9k3qf6n8x2m4c7r5t1wz',
    conversationKey: 1,
    contactKey: 1,
    kind: 'support',
  },
  message: {
    key: 1_000_000,
    id: 'msg_01jd8v9k3qf6n8x2m4c7r5t1wz',
    conversationId: 'conv_01jd8v9k3qf6n8x2m4c7r5t1wz',
    conversationKey: 1,
    sequence: null,
    afterSequence: 17,
    revision: 42,
    localId: '0f6d2a4e-7c1b-4d7e-9f43-6f0c5f6a2b11',
    dedupe: 123_456_789,
    senderType: 'contact',
    senderKey: 1,
    senderId: 'con_01jd8v9k3qf6n8x2m4c7r5t1wz',
    senderExternalId: null,
    senderName: 'Maria',
    type: 'text',
    body: 'The parcel should have come on Tuesday, and its page says "on its way" since then. '.repeat(4),
    internal: false,
    replyTo: null,
    attachmentCount: 0,
    reactionCount: 0,
    metadata: null,
    externalId: null,
    createdAt: 1_780_000_000_000,
    editedAt: null,
    deletedAt: null,
    status: 'SENT',
    reactions: [],
    attachments: [],
  },
}
