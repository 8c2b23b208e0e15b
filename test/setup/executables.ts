import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The path of the first executable called one of `names` in `folders` or on the PATH, else `undefined`. */
export function findExecutable(
  names: readonly string[],
  folders: readonly string[] = [],
): string | undefined {
  const everywhere = [...folders, ...(process.env.PATH ?? '').split(delimiter)].filter(
    (folder) => folder !== '',
  )
  for (const name of names) {
    const found = everywhere.map((folder) => join(folder, name)).find(isExecutable)
    if (found !== undefined) return found
  }
  return undefined
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
