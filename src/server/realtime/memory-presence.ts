import type { Clock, PresenceSubject } from '../core/ports.js'
import type { LocalPresence } from './nodes/shared-presence.js'

interface Entry {
  readonly subject: PresenceSubject
  /** One or two: a Set would weigh more than all the rest of the entry. */
  connections: string[]
  cancel: (() => void) | null
}

/**
 * Presence of a single node. After its last connection a subject stays online for `lingerMs`, so that a
 * reload of a page or a change of networks is no coming and going.
 */
export function createMemoryPresence(clock: Clock, lingerMs: number): LocalPresence {
  const entries = new Map<string, Entry>()
  const nameOf = ({ type, appKey, key }: PresenceSubject) => `${type}:${appKey}:${key}`

  return {
    async connect(subject, connectionId) {
      const name = nameOf(subject)
      const entry = entries.get(name)
      if (entry === undefined) {
        entries.set(name, { subject, connections: [connectionId], cancel: null })
        return true
      }
      entry.cancel?.()
      entry.cancel = null
      entry.connections.push(connectionId)
      return false
    },

    async disconnect(subject, connectionId, offline) {
      const name = nameOf(subject)
      const entry = entries.get(name)
      if (entry === undefined || !entry.connections.includes(connectionId)) return
      entry.connections = entry.connections.filter((id) => id !== connectionId)
      if (entry.connections.length > 0) return
      entry.cancel = clock.after(lingerMs, () => {
        entries.delete(name)
        offline()
      })
    },

    online: (subject) => entries.has(nameOf(subject)),

    onlineKeys: (appKey, type) =>
      [...entries.values()]
        .filter(({ subject }) => subject.appKey === appKey && subject.type === type)
        .map(({ subject }) => subject.key),

    all: () => [...entries.values()].map(({ subject }) => subject),

    onUntold: () => () => {},
  }
}
