import { readFileSync } from 'node:fs'
import type { AdminClient, EventType, OutsideEvent } from '../../../client/index.js'
import { isWebhookSecret, newWebhookSecret } from '../../../server/core/outbox/envelope.js'
import { clean } from '../../../tui/text/clean.js'
import type { Cli } from '../../cli.js'
import { command } from '../../command.js'
import type { DeskOptions } from '../../desk/open.js'
import { CommandError } from '../../errors.js'
import { followEvents } from '../../events/follow.js'
import { type Forwarded, forward } from '../../events/forward.js'
import { eventOption } from '../../events/types.js'
import { onEvents, withEvents } from '../../events/with-events.js'

interface Options extends DeskOptions {
  forward: string
  event?: EventType[]
  since?: string
  secretFile?: string
}

/** `replyhq webhooks listen`: events of a server, as webhooks to a developer's machine. */
export function listenCommand(cli: Cli) {
  const examples = [
    'webhooks listen --forward http://localhost:8080/hooks',
    'webhooks listen --forward http://localhost:8080/hooks --event message.created --secret-file secret',
  ]
  return onEvents(
    command('listen', 'Post live events to this machine, in the form of webhooks; each once', examples),
  )
    .requiredOption('--forward <url>', 'your receiver')
    .addOption(eventOption('only events of this type'))
    .option('--secret-file <file>', 'sign with the secret (whsec_…) in this file instead of a new one')
    .action((options: Options) => {
      const target = targetOf(options.forward)
      const given = options.secretFile === undefined ? undefined : readSecret(options.secretFile)
      return withEvents(cli, options, (client) => listen(cli, client, target, given, options))
    })
}

async function listen(
  cli: Cli,
  client: AdminClient,
  target: string,
  given: string | undefined,
  options: Options,
) {
  // Asked first: a secret is of no use where there is no server.
  const begin = options.since ?? (await client.events.page({ limit: 1 })).cursor
  const secret = given ?? newWebhookSecret()
  const shown = { forward: target, ...(given === undefined ? { secret } : {}) }
  if (given === undefined || cli.options.json) cli.out.result(shown, () => `secret  ${secret}`)
  return followEvents(cli, client, {
    since: begin,
    types: options.event ?? [],
    notice: `Events of ${client.url} go to ${target}, signed with that secret; Ctrl-C ends.`,
    handle: async (event) => show(cli, event, await forward(target, secret, event)),
  })
}

function show(
  cli: Cli,
  { id, type, timestamp, cursor }: OutsideEvent,
  { status, error, duration_ms }: Forwarded,
) {
  if (cli.options.json) return cli.out.jsonLine({ event: { id, type, cursor }, status, error, duration_ms })
  if (cli.options.quiet) return cli.out.data(id)
  const answer = status === null ? clean(error ?? 'no answer') : String(status)
  cli.out.data(`${timestamp.slice(11, 19)}  ${type.padEnd(21)}  ${answer}  ${duration_ms} ms  ${id}`)
}

function targetOf(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text
  throw new CommandError('usage', `${text} is no address.`, 'Give one such as http://localhost:8080/hooks')
}

function readSecret(file: string): string {
  let secret: string
  try {
    secret = readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new CommandError('not_found', `The secret cannot be read: ${(error as Error).message}.`)
  }
  if (isWebhookSecret(secret)) return secret
  throw new CommandError('usage', `${file} holds no secret: whsec_ and 24 to 64 bytes in base64.`)
}
