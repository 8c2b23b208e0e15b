import type { IncomingMessage } from 'node:http'
import type { Config } from '../../config.js'

type Decide = (error: string | null, allowed: boolean) => void

/**
 * Browsers do not hold WebSockets to CORS, so the origin of a page is asked about here. Programs that are no
 * browser send none. A page that this very server delivered may always connect.
 */
export function originCheck({ allowedOrigins, publicUrl }: Pick<Config, 'allowedOrigins' | 'publicUrl'>) {
  const own = publicUrl === undefined ? undefined : new URL(publicUrl).origin
  const allowed = new Set([...allowedOrigins, own])
  return ({ headers: { origin, host } }: IncomingMessage, decide: Decide): void => {
    const fine = origin === undefined || allowed.has('*') || allowed.has(origin) || hostOf(origin) === host
    decide(fine ? null : 'This origin is not allowed. Add it to ALLOWED_ORIGINS.', fine)
  }
}

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined
