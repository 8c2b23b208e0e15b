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
    command(
      'trace',
      'Show what became of a message: stored, fanned out, delivered, read, told to webhooks',
      examples,
    ),
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
  { title: 'what', text: what },
]

/** A bound is said in words, because the moment itself is not kept. */
function when({ at, certainty, delivery, fan_out }: Step): string | null {
  if (at === null && fan_out) return null
  if (at === null) return delivery === null ? 'unknown' : 'not yet'
  const time = at.slice(0, 23).replace('T', ' ')
  return certainty === 'exact' ? time : `${certainty} ${time}`
}

function who({ participant, delivery, fan_out }: Step): string | null {
  if (participant === null) return delivery?.target ?? fan_out?.node ?? null
  return [participant.type, participant.name ?? participant.id].join(' ')
}

function what({ step, delivery, fan_out }: Step): string | null {
  if (delivery) return outcome(delivery)
  if (fan_out) return fanOut(fan_out)
  return step === 'fanned_out' ? 'only a running server knows: add --url' : null
}

function fanOut({ outcome: how, connections }: NonNullable<Step['fan_out']>): string {
  if (how === 'told' && connections === 0) return 'nobody there'
  if (how === 'told') return `handed to ${connections} ${connections === 1 ? 'connection' : 'connections'}`
  return unknownFanOut[how]
}

const unknownFanOut = {
  not_heard: 'nobody of the app there, or the message was lost on its way to it',
  forgotten: 'forgotten: too long ago, or before it was started',
  no_answer: 'does not answer',
} as const

function outcome({ kind, attempt, status, error, state }: NonNullable<Step['delivery']>): string {
  if (attempt === null) return `${kind}: to be tried`
  const answer = status === null ? (error ?? 'no answer') : `answered ${status}`
  return `${kind}, attempt ${attempt}: ${answer}${state === 'dead' ? ', given up' : ''}`
}
