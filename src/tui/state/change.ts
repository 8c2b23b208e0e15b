import type { Draft } from '../composer/draft.js'
import type { History } from '../composer/history.js'
import type { Pane } from '../presentation/layout.js'
import type { Availability, CannedReply, Chat, Identity, Visitor } from '../session/model.js'
import type { OpenedChat, SessionEvent } from '../session/session.js'
import type { Anchor } from '../transcript/window.js'
import type { Overlay } from './overlay.js'
import type { ChatState, Notice, Search, State } from './state.js'

export type ListName = 'queue' | 'mine' | 'team'

/** What may change in one chat by the agent's doing. */
export type ChatPatch = Partial<
  Pick<ChatState, 'draft' | 'mode' | 'editing' | 'anchor' | 'loading' | 'firstUnreadId'>
>

/** Everything that can happen to the state. */
export type Change =
  | SessionEvent
  | { readonly type: 'time'; readonly now: number }
  | { readonly type: 'resized'; readonly size: State['size'] }
  | { readonly type: 'terminalFocus'; readonly focused: boolean }
  /** Another agent or another app begins with nothing of the one before. */
  | { readonly type: 'identified'; readonly identity: Identity; readonly afresh: boolean }
  | { readonly type: 'availability'; readonly availability: Availability }
  | { readonly type: 'mine'; readonly chats: readonly Chat[] }
  | { readonly type: 'chats'; readonly chats: readonly Chat[] }
  | { readonly type: 'canned'; readonly replies: readonly CannedReply[] }
  | { readonly type: 'visitor'; readonly visitor: Visitor }
  | { readonly type: 'opened'; readonly opened: OpenedChat }
  | {
      readonly type: 'older'
      readonly chatId: string
      readonly older: Pick<OpenedChat, 'entries' | 'hasMore'>
    }
  | { readonly type: 'withdrawn'; readonly chatId: string; readonly localId: string }
  | { readonly type: 'show'; readonly chatId: string | null }
  | { readonly type: 'seen'; readonly chatId: string }
  | { readonly type: 'patchChat'; readonly chatId: string; readonly patch: ChatPatch }
  | { readonly type: 'draft'; readonly draft: Draft; readonly history?: History }
  | { readonly type: 'focus'; readonly pane: Pane }
  | { readonly type: 'select'; readonly list: ListName; readonly index: number }
  | { readonly type: 'scrolled'; readonly anchor: Anchor }
  | { readonly type: 'visitorShown'; readonly shown: boolean }
  | { readonly type: 'overlay'; readonly overlay: Overlay | null }
  | { readonly type: 'notice'; readonly notice: Notice | null }
  | { readonly type: 'search'; readonly search: Search | null }
  | { readonly type: 'found'; readonly found: State['found'] }
  | { readonly type: 'interrupted'; readonly at: number }
