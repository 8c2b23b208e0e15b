import { newId } from '../ids.js'
import type { Contact } from '../model.js'

/** A contact of whom nothing is known but what is given. `lastSeenAt` null: was never here. */
export const newContact = (
  appKey: number,
  at: number,
  given: Partial<Omit<Contact, 'key' | 'id' | 'appKey'>>,
): Omit<Contact, 'key'> => ({
  id: newId('con'),
  appKey,
  externalId: null,
  name: null,
  email: null,
  phone: null,
  avatar: null,
  locale: null,
  timezone: null,
  attributes: {},
  botSuspendedUntil: null,
  leadStage: null,
  lastSeenAt: at,
  createdAt: at,
  updatedAt: at,
  deletedAt: null,
  ...given,
})
