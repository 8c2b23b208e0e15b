import { expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../src/server/core/errors.js'
import { validate } from '../../src/server/protocols/input.js'

const schema = z.object({ name: z.string(), size: z.number(), tags: z.array(z.string()), open: z.boolean() })

const refused = (input: unknown): AppError | undefined => {
  try {
    validate(schema, input, 'body')
    return undefined
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

test.each([
  ['one fault', { name: 'a', size: 'x', tags: [], open: true }, ': size must be a number, not a string.', 1],
  [
    'more faults than a sentence bears',
    {},
    ': name is missing; size is missing; tags is missing; and 1 more.',
    4,
  ],
  ['what has no path', null, ': body must be an object, not null.', 1],
])('tells %s in the sentence itself, and all of them in the details', (_, input, ending, count) => {
  const refusal = refused(input)
  expect(refusal?.message).toBe(`The body is not as it should be${ending}`)
  expect(refusal?.extras.details).toHaveLength(count)
})
