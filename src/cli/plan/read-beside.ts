import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { CommandError } from '../errors.js'
import type { Streams } from '../streams.js'

/** A file that a text or a flag names. Throws CommandError `not_found`. */
export function readBeside(folder: string, file: string): string {
  try {
    return readFileSync(resolve(folder, file), 'utf8')
  } catch (error) {
    throw new CommandError('not_found', `${file} cannot be read: ${(error as Error).message}.`)
  }
}

/** The text of a file, or of standard input for `-`, with the folder in which the files that it names lie. */
export async function readText(streams: Streams, file: string): Promise<{ text: string; folder: string }> {
  const here = process.cwd()
  if (file === '-') return { text: await readAll(streams.stdin), folder: here }
  return { text: readBeside(here, file), folder: dirname(resolve(here, file)) }
}
