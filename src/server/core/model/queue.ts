export type Priority = 'high' | 'normal' | 'low'
export type PriorityRank = 0 | 1 | 2

export interface QueueEntry {
  key: number
  appKey: number
  conversationKey: number
  reason: string | null
  priority: PriorityRank
  requestedAt: number
  claimedAt: number | null
  claimedByKey: number | null
  leftAt: number | null
}

const priorities: readonly Priority[] = ['high', 'normal', 'low']
export const priorityRank = (priority: Priority): PriorityRank => priorities.indexOf(priority) as PriorityRank
export const priorityName = (rank: PriorityRank): Priority => priorities[rank] ?? 'normal'
