/** Where a device is reached: a token of Firebase, or the subscription of a browser. */
export type PushAddress =
  | { kind: 'fcm'; token: string }
  | { kind: 'web'; endpoint: string; keys: { p256dh: string; auth: string } }

/** What a device is to show. */
export interface Push {
  title: string
  body: string
  appId: string
  conversationId: string
  messageId: string
  /** A later push of the same key takes this one's place on the device: 32 characters of base64url. */
  collapseKey: string
  /** After so many seconds nobody needs it any more. */
  ttlSeconds: number
}

/** `gone`: the address will never take anything again. */
export interface PushAnswer {
  outcome: 'taken' | 'gone' | 'failed'
  /** Null: no answer came. */
  status: number | null
  error: string | null
  retryAfter: string | null
  /** The beginning of what was answered. */
  body: string | null
}

/** Hands notifications to the services that reach devices which are not connected here. */
export interface PushSender {
  /** False: nothing is configured, and nothing is ever sent. */
  readonly enabled: boolean
  /** What browsers subscribe with; null where web push is not configured. */
  readonly vapidPublicKey: string | null
  serves(kind: PushAddress['kind']): boolean
  /** Whether the address itself says that it is private; a name is only looked at when it is connected to. */
  refuses(url: URL): boolean
  /** Never throws: a failure is in the answer. */
  send(address: PushAddress, push: Push, signal?: AbortSignal): Promise<PushAnswer>
}
