import type { Core } from '../../server/core/index.js'
import type { Operator } from '../../server/core/principal.js'
import { adminConversation, message } from '../../server/protocols/v1/wire.js'
import { cannedReply, contact, device, queueEntry, stats } from '../../server/protocols/v1/wire-staff.js'
import type { Desk } from './desk.js'
import { localOutside } from './outside.js'

/** The desk of the data folder on this machine, as its operator. */
export function localDesk(core: Core, operator: Operator): Desk {
  const { app } = operator
  return {
    ...localOutside(core, operator),
    knowsWhoIsOnline: false,
    async conversations({ q, ...query }, limit) {
      return (await core.conversations.list(operator, { ...query, text: q, limit })).map(adminConversation)
    },
    async conversation(id) {
      return adminConversation(await core.conversations.get(operator, id))
    },
    async messages(id) {
      const all = []
      for await (const part of core.conversations.export(operator, id))
        if (Array.isArray(part)) all.push(...part)
      return all.map((entry) => message(entry, null, ({ id: fileId }) => `/v1/attachments/${fileId}`))
    },
    async close(id, reason) {
      await core.lifecycle.close(operator, id, reason)
      return adminConversation(await core.conversations.get(operator, id))
    },
    async contacts(text, limit) {
      return (await core.contacts.list(operator, { text, limit })).map((entry) =>
        contact(entry, app.id, false),
      )
    },
    async contact(id) {
      const found = await core.contacts.get(operator, id)
      return { contact: contact(found.contact, app.id, false), devices: found.devices.map(device) }
    },
    async queue(limit) {
      const { entries, size } = await core.queue.list(operator, { limit })
      return { queue: entries.map((entry) => queueEntry(entry, core.clock.now())), size }
    },
    async stats() {
      return stats(await core.stats.of(operator))
    },
    async cannedReplies() {
      return (await core.cannedReplies.list(operator)).map(cannedReply)
    },
    async addCannedReply(name, text) {
      return cannedReply(await core.cannedReplies.create(operator, { name, text, shared: true }))
    },
    removeCannedReply: (id) => core.cannedReplies.remove(operator, id),
  }
}
