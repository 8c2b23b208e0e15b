import { expect, test } from 'vitest'
import { z } from 'zod'
import { issueMessage } from '../../src/server/core/issue-message.js'

const schema = z.strictObject({
  body: z.string().min(1).max(3),
  limit: z.number().int().min(1).max(200),
  kind: z.enum(['a', 'b']),
  tags: z.array(z.string()).max(1),
})
const right = { body: 'hi', limit: 1, kind: 'a', tags: [] }

test.each([
  [{ ...right, body: undefined }, 'body is missing'],
  [{ ...right, body: null }, 'body must be a string, not null'],
  [{ ...right, body: {} }, 'body must be a string, not an object'],
  [{ ...right, body: '' }, 'body is empty'],
  [{ ...right, body: 'long' }, 'body must have at most 3 characters'],
  [{ ...right, limit: '5' }, 'limit must be a number, not a string'],
  [{ ...right, limit: 1.5 }, 'limit must be a whole number, not 1.5'],
  [{ ...right, limit: 201 }, 'limit must be at most 200'],
  [{ ...right, kind: 'c' }, 'kind must be one of "a", "b"'],
  [{ ...right, tags: ['a', 'b'] }, 'tags must have at most 1 entries'],
  [{ ...right, other: 1 }, ' knows no "other"'],
])('a fault says what to change: %j', (input, sentence) => {
  const issue = schema.safeParse(input, { error: issueMessage }).error?.issues[0]
  expect(`${issue?.path.join('.')} ${issue?.message}`).toBe(sentence)
})
