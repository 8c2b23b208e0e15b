import { z } from 'zod'
import { setting } from '../setting.js'
import { text, url } from '../values.js'

/** The model that bots ask. */
export const openai = z.object({
  baseUrl: setting(
    url(['http', 'https']).optional(),
    'An endpoint that speaks OpenAI chat completions; OpenAI itself when left out',
  ),
  model: setting(text().default('gpt-4o-mini'), 'The model of bots whose app names none'),
})
