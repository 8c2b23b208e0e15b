import type { Json } from './json.js'

export interface Contact {
  key: number
  id: string
  appKey: number
  externalId: string | null
  name: string | null
  email: string | null
  phone: string | null
  avatar: string | null
  locale: string | null
  timezone: string | null
  attributes: Json
  botSuspendedUntil: number | null
  leadStage: string | null
  lastSeenAt: number | null
  createdAt: number
  updatedAt: number
  /** A member whom the host deleted. */
  deletedAt: number | null
}

export interface Device {
  key: number
  appKey: number
  deviceId: string
  contactKey: number
  platform: string | null
  osVersion: string | null
  appVersion: string | null
  model: string | null
  locale: string | null
  timezone: string | null
  sdkVersion: string | null
  pushToken: string | null
  lastSeenAt: number
  createdAt: number
}
