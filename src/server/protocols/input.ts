import type { z } from 'zod'
import { invalid } from '../core/errors.js'
import { issueMessage } from '../core/issue-message.js'
import { cleanText } from '../core/text.js'

/** Deeper JSON is refused: validating it recursively could exhaust the stack. */
const depthLimit = 32

const inWords = { error: issueMessage }

/**
 * Input as every database takes it: well-formed text without U+0000, no deeper than the limit. Gives the same
 * object where there is nothing to change, which is nearly always.
 */
export function cleanInput(value: unknown, depth = 0): unknown {
  if (typeof value === 'string')
    return value.includes('\u0000') || !value.isWellFormed() ? cleanText(value) : value
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  if (depth >= depthLimit) throw invalid(`The input is nested too deep. Use at most ${depthLimit} levels.`)
  return Array.isArray(value)
    ? cleanArray(value, depth)
    : cleanObject(value as Record<string, unknown>, depth)
}

function cleanArray(items: unknown[], depth: number): unknown[] {
  for (let index = 0; index < items.length; index++) items[index] = cleanInput(items[index], depth + 1)
  return items
}

function cleanObject(fields: Record<string, unknown>, depth: number): Record<string, unknown> {
  for (const name of Object.keys(fields)) {
    const value = fields[name]
    const cleaned = cleanInput(value, depth + 1)
    // Assigning to a parsed `__proto__` would set the prototype; such a name is read by no schema.
    if (cleaned !== value && name !== '__proto__') fields[name] = cleaned
  }
  return fields
}

/** The input as its schema gives it, or `invalid_request` with every fault by its path. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  where: string,
): z.output<Schema> {
  const result = schema.safeParse(cleanInput(input), inWords)
  if (result.success) return result.data
  const details = result.error.issues.slice(0, 20).map((issue) => ({
    path: issue.path.map(String).join('.') || where,
    message: issue.message,
  }))
  throw invalid(`The ${where} is not as it should be: ${faultsInWords(details)}.`, { details })
}

/** The first faults of many as the end of a sentence: socket errors of some protocols carry no details. */
function faultsInWords(faults: readonly { path: string; message: string }[]): string {
  const told = faults.slice(0, 3).map(({ path, message }) => `${path} ${message}`)
  const untold = faults.length - told.length
  return [...told, ...(untold > 0 ? [`and ${untold} more`] : [])].join('; ')
}
