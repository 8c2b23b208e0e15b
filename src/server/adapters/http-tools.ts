import { Webhook } from 'standardwebhooks'
import type { ToolCaller } from '../core/ports/chat-model.js'
import type { Clock } from '../core/ports.js'
import { addressGuard } from './outbound/addresses.js'
import { post } from './outbound/post.js'

export interface HttpToolsOptions {
  clock: Clock
  /** Networks of private addresses that tools may live in. */
  privateNetworks: readonly string[]
  timeoutMs: number
}

// More than a model should be told by one tool; the rest would only cost tokens.
const maximumBytes = 16 * 1024

/** Tools of apps over HTTP, signed as Standard Webhooks are (https://www.standardwebhooks.com). */
export function httpTools({ clock, privateNetworks, timeoutMs }: HttpToolsOptions): ToolCaller {
  const guard = addressGuard(privateNetworks)
  return {
    async call({ url, secret }, id, body, signal) {
      const at = new Date(clock.now())
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'ReplyHQ',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(secret).sign(id, at, body),
      }
      const limited = limit(signal, clock, timeoutMs)
      try {
        const answer = await post(guard, { url, headers, body, signal: limited.signal, maximumBytes })
        if (answer.status < 200 || answer.status > 299) throw new Error(`The tool answered ${answer.status}.`)
        return answer.text
      } finally {
        limited.end()
      }
    },
  }
}

function limit(signal: AbortSignal, clock: Clock, timeoutMs: number) {
  const timeout = new AbortController()
  const cancel = clock.after(timeoutMs, () => timeout.abort(new Error('The tool took too long.')))
  return { signal: AbortSignal.any([signal, timeout.signal]), end: cancel }
}
