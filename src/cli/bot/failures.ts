import { ChatFailure } from '../../server/core/ports/chat-model.js'
import { CommandError } from '../errors.js'
import type { Endpoint } from './endpoint.js'

/** What somebody before a terminal is told when the model gave no answer; other errors stay as they are. */
export function asCommandError(error: unknown, { base_url: url }: Endpoint): unknown {
  if (!(error instanceof ChatFailure)) return error
  const message = `${url}: ${error.message}`
  if (error.kind === 'down' || error.kind === 'busy') {
    const hint =
      'Check openai.base_url and the network: replyhq config show --origin says where it comes from.'
    return new CommandError('not_reachable', message, hint)
  }
  const words = error.cause instanceof Error ? ` ${error.cause.message}` : ''
  const hint = 'Check the key, the name of the model and openai.base_url.'
  return new CommandError('failed', `${message}${words}`, hint)
}
