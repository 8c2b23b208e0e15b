import type { Json } from './json.js'

export interface AuditEvent {
  key: number
  id: string
  appKey: number | null
  at: number
  actorType: string
  actorId: string | null
  actorName: string | null
  action: string
  target: string | null
  details: Json
}
