import type { Cli } from '../cli.js'
import { CommandError } from '../errors.js'

/** What bots of this instance think with. */
export interface Endpoint {
  readonly base_url: string
  /** Of bots that name none. */
  readonly model: string
  readonly has_key: boolean
}

const openAi = 'https://api.openai.com/v1'

export function endpointOf(cli: Cli): Endpoint {
  const { config, secrets } = cli.settings()
  const { baseUrl, model } = config.openai
  return { base_url: baseUrl ?? openAi, model, has_key: secrets.openaiApiKey !== undefined }
}

/** The same, where nothing can be done without a key. */
export function usableEndpoint(cli: Cli): Endpoint {
  const endpoint = endpointOf(cli)
  if (endpoint.has_key) return endpoint
  const hint = 'Set OPENAI_API_KEY or OPENAI_API_KEY_FILE; an endpoint that asks for none takes any word.'
  throw new CommandError('missing_answer', 'There is no key for the model, so no bot can answer.', hint)
}
