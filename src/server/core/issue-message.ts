import type { core } from 'zod'

type Raw = core.$ZodRawIssue

const articles: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

/** What is wrong with one value, as the end of a sentence that begins with its path; undefined: as zod says it. */
export function issueMessage(issue: Raw): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${articles[issue.expected] ?? issue.expected}, not ${kindOf(issue.input)}`
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be ${choices(issue.values)}`
    case 'too_small':
      return bound(issue, issue.minimum, 'at least')
    case 'too_big':
      return bound(issue, issue.maximum, 'at most')
    case 'unrecognized_keys':
      return `knows no ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`
    default:
      return undefined
  }
}

function bound({ origin }: { origin: string }, limit: number | bigint, how: string): string {
  if (origin === 'string')
    return limit === 1 && how === 'at least' ? 'is empty' : `must have ${how} ${limit} characters`
  if (origin === 'array') return `must have ${how} ${limit} entries`
  return `must be ${how} ${limit}`
}

function choices(values: readonly unknown[]): string {
  const written = values.map((value) => JSON.stringify(value))
  return written.length === 1 ? String(written[0]) : `one of ${written.join(', ')}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'such a number'
  return articles[typeof value] ?? typeof value
}
