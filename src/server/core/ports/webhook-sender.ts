/** What is posted to a receiver. */
export interface WebhookRequest {
  url: string
  headers: Readonly<Record<string, string>>
  body: string
}

/** What a receiver answered: any status, a redirect too. */
export interface WebhookAnswer {
  status: number
  retryAfter: string | null
  /** Its beginning, enough to see what went wrong. */
  body: string
}

/** Posts to addresses that people of an app configured: never to private ones, unless the operator allows it. */
export interface WebhookSender {
  /** Whether the address itself says that it is private; a name is only looked at when it is connected to. */
  refuses(url: URL): boolean
  /** Throws an Error with a sentence when no answer came, or when the signal broke it off. */
  send(request: WebhookRequest, signal?: AbortSignal): Promise<WebhookAnswer>
}
