export interface SearchQueries {
  /** Conversations with a matching message, newest match first. Notes count only when `notes`. */
  conversations(
    appKey: number,
    text: string,
    options: { notes: boolean; limit: number; beforeKey?: number },
  ): Promise<{ conversationKey: number; messageKey: number }[]>
  /** After an edit or a deletion of a message that is indexed already. */
  refresh(messageKey: number, body: string | null): Promise<void>
}
