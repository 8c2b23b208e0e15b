import type * as model from '../model.js'
import type { New } from './rows.js'

export interface AttachmentQueries {
  insert(attachment: New<model.Attachment>): Promise<model.Attachment>
  byIds(appKey: number, ids: string[]): Promise<model.Attachment[]>
  byId(id: string): Promise<model.Attachment | undefined>
  /** Only those that hang on no message yet; gives how many. */
  attach(keys: number[], messageKey: number): Promise<number>
  of(messageKeys: number[]): Promise<model.Attachment[]>
  removeOf(messageKey: number): Promise<model.Attachment[]>
  removeOfConversation(conversationKey: number): Promise<model.Attachment[]>
  /** Those in the contact's conversations, and those that the contact uploaded. */
  removeOfContact(contactKey: number): Promise<model.Attachment[]>
  removeOfApp(appKey: number): Promise<model.Attachment[]>
}
