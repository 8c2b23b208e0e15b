import type { BotOutcome } from '../bot/turn.js'
import type { SenderType } from '../model.js'

/** Something that operators watch, told once when it has happened. Times are seconds. */
export type Measurement =
  | { name: 'message'; sender: SenderType }
  /** An event of a client was answered. */
  | { name: 'event'; event: string; refused: boolean; seconds: number }
  /** A request was answered. */
  | { name: 'request'; route: string; refused: boolean; seconds: number }
  | { name: 'commit'; transactions: number; seconds: number }
  /** An agent took a conversation out of the queue. */
  | { name: 'claim'; waitedSeconds: number }
  | { name: 'delivery'; outcome: 'arrived' | 'failed' | 'dead'; seconds: number }
  | { name: 'turn'; outcome: BotOutcome; seconds: number }
  | { name: 'tokens'; direction: 'in' | 'out'; count: number }
  /** An event of another node was told here. */
  | { name: 'bus'; lagSeconds: number }
  /** A client that speaks no Socket.IO yet. */
  | { name: 'legacy_connection' }

/** Never throws, and costs next to nothing. */
export type Measure = (measurement: Measurement) => void

/** For where nobody watches. */
export const unmeasured: Measure = () => {}
