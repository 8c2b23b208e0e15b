import { invalid } from '../errors.js'
import { codePoints, isClean } from '../text.js'

const longest = 128

/** What the host calls a user: 1 to 128 characters of text without control characters or spaces around it. */
export function checkedExternalId(given: unknown): string {
  if (typeof given !== 'string' || given === '') throw invalid('The id of a user is text that is not empty.')
  const clean = isClean(given) && given === given.trim() && !/\p{Cc}/u.test(given)
  if (clean && codePoints(given) <= longest) return given
  throw invalid(
    `The id of a user has at most ${longest} characters, no control characters, and no spaces around it.`,
  )
}
