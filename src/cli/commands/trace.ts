import type { MessageTrace } from '../../client/index.js'
import type { Cli } from '../cli.js'
import { command } from '../command.js'
import { type DeskOptions, onDesk, withDesk } from '../desk/open.js'
import { type Column, properties } from '../output.js'

type Step = MessageTrace['steps'][number]

/** `replyhq trace`: the way of one message, as far as it is known. */
export function traceCommand(cli: Cli) {
  const examples = ['trace msg_…', 'trace msg_… --json']
  return onDesk(
    command('trace', 'Show what became of a message: stored, delivered, read, told to webhooks', examples),
  )
    .argument('<message>', 'the id of a message')
    .action((id: string, where: DeskOptions) =>
      withDesk(cli, where, async (desk) => {
        const trace = await desk.trace(id)
        cli.out.result(trace, () => `${facts(trace)}\n\n${cli.out.table(trace.steps, columns)}`)
        const dead = trace.steps.find(({ delivery }) => delivery?.state === 'dead')?.delivery
        if (dead) cli.out.next(`replyhq admin deliveries show ${dead.id}`)
      }),
    )
}

const facts = ({ message_id, conversation_id, sequence, sender }: MessageTrace): string =>
  properties([
    ['message', message_id],
    ['conversation', conversation_id],
    ['sequence', sequence ?? 'none: a note'],
    ['from', [sender.type, sender.name].filter(Boolean).join(' ')],
  ])

const columns: readonly Column<Step>[] = [
  { title: 'step', text: ({ step }) => step.replace('_', ' ') },
  { title: 'when (UTC)', text: when },
  { title: 'who', text: who },
  { title: 'what', text: ({ delivery }) => delivery && outcome(delivery) },
]

/** A bound is said in words, because the moment itself is not kept. */
function when({ at, certainty, delivery }: Step): string {
  if (at === null) return delivery === null ? 'unknown' : 'not yet'
  const time = at.slice(0, 23).replace('T', ' ')
  return certainty === 'exact' ? time : `${certainty} ${time}`
}

function who({ participant, delivery }: Step): string | null {
  if (participant === null) return delivery?.target ?? null
  return [participant.type, participant.name ?? participant.id].join(' ')
}

function outcome({ kind, attempt, status, error, state }: NonNullable<Step['delivery']>): string {
  if (attempt === null) return `${kind}: to be tried`
  const answer = status === null ? (error ?? 'no answer') : `answered ${status}`
  return `${kind}, attempt ${attempt}: ${answer}${state === 'dead' ? ', given up' : ''}`
}
