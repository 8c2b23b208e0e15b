import type { z } from 'zod'
import { suggestion } from '../../config/suggest.js'

/** Every fault as a sentence with its place; for an unknown key with the known one that comes closest. */
export function faultsOf(error: z.ZodError, known: readonly string[]): string[] {
  return error.issues.flatMap((issue) => {
    const place = issue.path
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
      .join('')
    const prefix = place.replace(/^\./, '')
    if (issue.code !== 'unrecognized_keys') return [`${prefix || 'The file'}: ${issue.message}.`]
    return issue.keys.map(
      (key) => `${prefix === '' ? key : `${prefix}.${key}`} is unknown.${suggestion(key, known)}`,
    )
  })
}
