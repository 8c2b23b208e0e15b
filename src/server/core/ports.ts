import type { DomainEvent } from './events.js'
import type { Queries } from './ports/queries.js'

export type { Queries } from './ports/queries.js'

/** The time, so that a test can move it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls back once after some milliseconds; gives a function that cancels. Never keeps the process alive. */
  after(milliseconds: number, callback: () => void): () => void
}

/** What runs inside one transaction. Only queries: never the network, never another transaction. */
export type Transaction = Queries & {
  /** Runs after COMMIT, in order, and not at all after a rollback. */
  afterCommit(hook: () => void): void
}

export interface Store {
  /** Outside any transaction; sees what was committed. */
  readonly read: Queries
  /**
   * Resolves only after COMMIT, rejects only after ROLLBACK. Not to be begun inside another. Those of one lane (a
   * conversation's key) run their hooks in the order of their commits: a database may tell of the second commit first.
   */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>, lane?: number): Promise<Result>
  /** Adds what was written since to the full-text index; gives the number of messages added. */
  indexForSearch(limit: number): Promise<number>
  /** Says whether the database answers; never throws. */
  healthy(): Promise<boolean>
  close(): Promise<void>
}

/** What may have been missed of what happened elsewhere. */
export type Gap =
  | { of: 'everything' }
  /** Everything about single apps: commands beside the server changed something there. */
  | { of: 'whole apps'; includes(appKey: number): boolean }
  /** What happened in single apps, but not what every node hears: who came and went, whose access ended, and the like. */
  | { of: 'apps'; includes(appKey: number): boolean }
  /** `event` is any of the conversation. */
  | { of: 'conversation'; event: DomainEvent }

/**
 * Carries events, after commit, to every node that needs them, and to this one, whose listeners are called at once. Of
 * other nodes come the events of apps that are followed here, and always who came and went, whose access ended, whose
 * contacts changed and what was written for the outside.
 */
export interface Bus {
  publish(event: DomainEvent): void
  subscribe(listener: (event: DomainEvent) => void): () => void
  /**
   * Resolves when events of the app come from other nodes too; what was committed before may not come any more. Gives
   * what ends that; they go on coming for a while then. Where other nodes cannot be heard it resolves nevertheless, and
   * a gap is told when they can.
   */
  follow(appKey: number): Promise<() => void>
  /**
   * Whoever shows or waits for something, or remembers it, must look afresh. Also called, of its app, when events begin
   * to come, before anybody is connected who could have missed some.
   */
  onGap(listener: (gap: Gap) => void): () => void
}

export interface PresenceSubject {
  type: 'contact' | 'agent'
  appKey: number
  key: number
}

/** Who is connected, over all nodes. A subject is online while one of its connections lives. */
export interface Presence {
  /** Gives true when the subject was offline before. */
  connect(subject: PresenceSubject, connectionId: string): Promise<boolean>
  /** Calls `offline` when this was the last connection and none came back within the linger time. */
  disconnect(subject: PresenceSubject, connectionId: string, offline: () => void): Promise<void>
  online(subject: PresenceSubject): boolean
  onlineKeys(appKey: number, type: PresenceSubject['type']): number[]
  /**
   * A subject came or went, and the node of its connections could not tell, because it was killed for instance. Of all
   * nodes one is called, and tells everybody.
   */
  onUntold(listener: (subject: PresenceSubject, online: boolean) => void): () => void
}

/** Where uploaded files lie. Keys are made by the core and hold no path separators. */
export interface FileStorage {
  write(storageKey: string, content: Uint8Array): Promise<void>
  read(storageKey: string): Promise<Uint8Array | null>
  remove(storageKey: string): Promise<void>
  /** The MIME type found in the content itself and the pixels of an image, or null for what is not recognised. */
  sniff(
    content: Uint8Array,
  ): Promise<{ mimeType: string; width: number | null; height: number | null } | null>
}

export interface Passwords {
  hash(password: string): Promise<string>
  /** Costs the same for a missing hash, so that unknown accounts cannot be told. */
  verify(hash: string | null, password: string): Promise<boolean>
}

/** Signed tokens of agents. */
export interface AccessTokens {
  sign(agentId: string, now: number): Promise<{ token: string; expiresIn: number }>
  /** Gives the agent's id and when the token ends (milliseconds), or null. */
  verify(token: string, now: number): Promise<{ agentId: string; expiresAt: number } | null>
}

/** Everything that the core may refuse by size or pace; see the configuration for the defaults. */
export interface Limits {
  bodyCodePoints: number
  metadataBytes: number
  attachmentsPerMessage: number
  attachmentBytes: number
  pageSize: number
  pageSizeMaximum: number
  changeBound: number
  loginAttempts: number
  loginWindowMs: number
  refreshTokenMs: number
  typingMs: number
  receiptCoalesceMs: number
}
