import { conflict, notFound } from '../errors.js'
import type { ConversationRef } from '../events.js'
import type { Attachment } from '../model.js'
import type { Transaction } from '../ports.js'
import type { Sender } from './placing.js'

/** Hangs uploaded files of the sender on a message that is being stored. Throws not_found and conflict. */
export async function attach(
  transaction: Transaction,
  { appKey }: ConversationRef,
  sender: Sender,
  ids: string[],
  messageKey: number,
): Promise<Attachment[]> {
  if (ids.length === 0) return []
  const found = await transaction.attachments.byIds(appKey, ids)
  const own = found.filter((attachment) => uploadedBy(attachment, sender))
  if (own.length !== new Set(ids).size) throw notFound('attachment')
  const keys = own.map((attachment) => attachment.key)
  const attached = await transaction.attachments.attach(keys, messageKey)
  if (attached !== keys.length)
    throw conflict('An attachment hangs on another message already. Upload it again.')
  return own.map((attachment) => ({ ...attachment, messageKey }))
}

const uploadedBy = (attachment: Attachment, sender: Sender): boolean =>
  attachment.uploaderType === sender.type && attachment.uploaderKey === sender.key
