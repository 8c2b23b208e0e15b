import { EXIT } from './options.js'

/**
 * Calls `end` with an exit code when the terminal goes away or the process is told to stop, and `fail` on an
 * error that nobody caught. Blessed's own handlers stand back as soon as there are others. Returns the undoing.
 */
export function watchSignals(end: (code: number) => void, fail: (error: unknown) => void): () => void {
  const onHangUp = () => end(EXIT.hangUp)
  const onTerminate = () => end(EXIT.terminated)
  // Ctrl-C comes as a key while the terminal is raw; as a signal it is meant to end the program.
  const onInterrupt = () => end(130)
  process.on('SIGHUP', onHangUp)
  process.on('SIGTERM', onTerminate)
  process.on('SIGINT', onInterrupt)
  // Stays to the end: a terminal that has gone fails every write, also those that should restore it.
  process.stdout.on('error', onHangUp)
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  return () => {
    process.off('SIGHUP', onHangUp)
    process.off('SIGTERM', onTerminate)
    process.off('SIGINT', onInterrupt)
    process.off('uncaughtException', fail)
    process.off('unhandledRejection', fail)
  }
}
