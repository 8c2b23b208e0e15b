import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const OWNER_ONLY = 0o600
const OTHERS = 0o007

/**
 * Makes an empty file that only its owner may open, unless it is there; SQLite gives the same rights to the logs
 * that it keeps beside. One of earlier that everybody may read becomes the owner's; rights of a group stay.
 */
export function keepPrivate(file: string): void {
  mkdirSync(dirname(file), { recursive: true })
  if (made(file)) return
  for (const path of [file, `${file}-wal`, `${file}-shm`]) takeFromOthers(path)
}

// Never opens what is there: closing it again would let go of every lock that this process holds on it (POSIX).
function made(file: string): boolean {
  try {
    closeSync(openSync(file, 'ax', OWNER_ONLY))
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

function takeFromOthers(path: string): void {
  try {
    if ((statSync(path).mode & OTHERS) !== 0) chmodSync(path, OWNER_ONLY)
  } catch (error) {
    // A log that is not there, or a file whose owner is somebody else, who decides about it.
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EPERM') throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
