import { Argument, Option } from 'commander'
import type { AdminClient, EventType, OutsideEvent } from '../../client/index.js'
import type { Cli } from '../cli.js'
import { command } from '../command.js'
import type { DeskOptions } from '../desk/open.js'
import { CommandError } from '../errors.js'
import { readCursor, writeCursor } from '../events/cursor-file.js'
import { followEvents } from '../events/follow.js'
import { type CommandEnd, runCommand } from '../events/run-command.js'
import { collectTypes } from '../events/types.js'
import { onEvents, withEvents } from '../events/with-events.js'

interface Options extends DeskOptions {
  exec: string
  since?: string
  cursorFile?: string
  onError: 'stop' | 'continue'
}

/** `replyhq on`: a command for each event. */
export function onCommand(cli: Cli) {
  const examples = [
    `on message.created --exec 'jq -r .data.content >> said.txt'`,
    'on conversation.closed --exec ./archive.sh --cursor-file archive.cursor',
    'on message.created,message.updated --exec ./index.sh --on-error continue',
  ]
  return onEvents(command('on', 'Run a command for each event, one after another', examples))
    .addArgument(new Argument('<event>', 'its type, several with commas, or all').argParser(typesOf))
    .requiredOption('--exec <command>', 'run by sh, with the event as JSON on standard input')
    .option('--cursor-file <file>', 'remembers the last event that succeeded; counts more than --since')
    .addOption(
      new Option(
        '--on-error <what>',
        'when the command fails: end, and take the event again next time; or go on',
      )
        .choices(['stop', 'continue'])
        .default('stop'),
    )
    .action((types: EventType[], options: Options) =>
      withEvents(cli, options, (client) => runForEach(cli, client, types, options)),
    )
}

const typesOf = (text: string): EventType[] => (text === 'all' ? [] : collectTypes(text))

function runForEach(cli: Cli, client: AdminClient, types: EventType[], options: Options): Promise<never> {
  const { exec, since, cursorFile, onError } = options
  return followEvents(cli, client, {
    types,
    notice: `Events of ${client.url} run ${exec}; Ctrl-C ends.`,
    since: readCursor(cursorFile) ?? since,
    handled: (cursor) => cursorFile !== undefined && writeCursor(cursorFile, cursor),
    async handle(event, signal) {
      const began = performance.now()
      const end = await runCommand(cli, exec, event, signal)
      signal.throwIfAborted()
      report(cli, event, end, Math.round(performance.now() - began))
      if (end !== 0) refuse(cli, event, end, onError)
    },
  })
}

function report(cli: Cli, { id, type, cursor }: OutsideEvent, end: CommandEnd, duration: number): void {
  if (cli.options.json) cli.out.jsonLine({ event: { id, type, cursor }, ended: end, duration_ms: duration })
  else if (end === 0) cli.out.note(`${type} ${id}: done in ${duration} ms`)
}

function refuse(cli: Cli, { id, type }: OutsideEvent, end: CommandEnd, onError: Options['onError']): void {
  const sentence = `The command ended with ${end} at ${type} ${id}.`
  if (onError === 'stop') throw new CommandError('failed', sentence, 'Next time this event comes again.')
  cli.out.note(`${sentence} Going on.`)
}
