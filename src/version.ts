import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The version in the nearest package.json above: one folder up from the source, two from the built file. */
export const version = readVersion(dirname(fileURLToPath(import.meta.url)))

function readVersion(folder: string): string {
  try {
    return String(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version)
  } catch (error) {
    const parent = dirname(folder)
    if (parent === folder) throw error
    return readVersion(parent)
  }
}
