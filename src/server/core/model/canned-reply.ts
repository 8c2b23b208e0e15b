export interface CannedReply {
  key: number
  id: string
  appKey: number
  /** 0 when all agents of the app share it. */
  agentKey: number
  name: string
  text: string
  updatedAt: number
}
