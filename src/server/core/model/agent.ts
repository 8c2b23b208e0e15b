export type Role = 'owner' | 'admin' | 'agent' | 'viewer'
export type Availability = 'online' | 'away' | 'offline'

export interface Agent {
  key: number
  id: string
  name: string
  email: string
  passwordHash: string | null
  availability: Availability
  failedLogins: number
  failedLoginsSince: number | null
  lockedUntil: number | null
  createdAt: number
  disabledAt: number | null
}

export interface Membership {
  appKey: number
  agentKey: number
  role: Role
  capacity: number
  createdAt: number
}

export interface RefreshToken {
  key: number
  hash: string
  family: string
  agentKey: number
  createdAt: number
  expiresAt: number
  usedAt: number | null
  revokedAt: number | null
}

export interface PersonalToken {
  key: number
  id: string
  agentKey: number
  name: string | null
  prefix: string
  hash: string
  createdAt: number
  lastUsedAt: number | null
  expiresAt: number | null
  revokedAt: number | null
}
