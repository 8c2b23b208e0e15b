import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { CommandError } from '../errors.js'

/** The place that a file remembers; undefined where there is no file yet. */
export function readCursor(file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new CommandError('failed', `The cursor cannot be read: ${(error as Error).message}.`)
  }
}

/** At once or not at all: half a cursor would be none. */
export function writeCursor(file: string, cursor: string): void {
  const beside = `${file}.${process.pid}.new`
  try {
    writeFileSync(beside, `${cursor}\n`)
    renameSync(beside, file)
  } catch (error) {
    throw new CommandError('failed', `The cursor cannot be kept: ${(error as Error).message}.`)
  }
}
