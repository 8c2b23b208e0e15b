/**
 * Answers the commands of the parent process, one at a time: the result, or the error as text.
 * A connection that fails between commands ends the process, so that no figure comes from half a load.
 */
export function answerCommands<Command>(handle: (command: Command) => Promise<unknown>): void {
  process.on('message', async (command: Command) => {
    try {
      process.send?.({ result: (await handle(command)) ?? null })
    } catch (error) {
      process.send?.({ error: error instanceof Error ? error.stack : String(error) })
    }
  })
  process.on('disconnect', () => process.exit(0))
}
