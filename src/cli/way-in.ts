import { properties } from './output.js'

/** Everything that somebody needs to begin; what is null cannot be shown (again). */
export interface WayIn {
  readonly url: string
  readonly docs: string
  readonly app_id: string | null
  readonly publishable_key: string | null
  readonly secret_key: string | null
  readonly owner_email: string | null
  readonly owner_password: string | null
}

/** The same for people. */
export function describeWayIn(wayIn: WayIn): string {
  const pairs: [string, string | null][] = [
    ['address', wayIn.url],
    ['API reference', wayIn.docs],
    ['app', wayIn.app_id],
    ['publishable key', wayIn.publishable_key],
    ['secret key', wayIn.secret_key],
    ['owner', wayIn.owner_email],
    ['password', wayIn.owner_password],
  ]
  return properties(pairs.filter(([, value]) => value !== null))
}
