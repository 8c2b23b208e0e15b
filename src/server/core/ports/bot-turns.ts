import type { BotOutcome, BotTurn, Usage } from '../bot/turn.js'

export interface BotTurnQueries {
  /** A conversation has at most one turn that is open. */
  insert(turn: Omit<BotTurn, 'key'>): Promise<BotTurn>
  byId(id: string): Promise<BotTurn | undefined>
  /** Ends the conversation's open turn, whoever works on it; undefined when there is none. */
  endOpen(conversationKey: number, ending: { at: number; outcome: BotOutcome }): Promise<BotTurn | undefined>
  /** Open turns that nobody holds at this time, oldest first. */
  due(at: number, limit: number): Promise<BotTurn[]>
  /** Exactly one caller gets a turn that is due; it is theirs until a time. */
  take(key: number, lease: { owner: string; at: number; until: number }): Promise<BotTurn | undefined>
  /** False when the turn has ended or belongs to somebody else by now. */
  renew(key: number, lease: { owner: string; until: number }): Promise<boolean>
  /** Gives an open turn back, so that another may take it at once. */
  release(key: number, owner: string): Promise<void>
  /** Ends a turn that is open and the owner's: false when it is not, and then it must not be answered. */
  end(key: number, ending: { owner: string; at: number; outcome: BotOutcome }): Promise<boolean>
  addUsage(key: number, usage: Usage): Promise<void>
  /** Over the turns of an app that were written since. */
  usage(appKey: number, since: number): Promise<Usage & { turns: number }>
}
