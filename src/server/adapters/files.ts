import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileStorage } from '../core/ports.js'

/** Uploads in a folder, two levels deep by the first letters of their key, whole or not at all. */
export function diskFiles(folder: string): FileStorage {
  const pathOf = (key: string) => join(folder, key.slice(0, 2), key)
  return {
    async write(key, content) {
      const path = pathOf(key)
      await mkdir(join(folder, key.slice(0, 2)), { recursive: true, mode: 0o700 })
      const staged = `${path}.new`
      const file = await open(staged, 'wx', 0o600)
      try {
        await file.writeFile(content)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(staged, path)
    },

    async read(key) {
      try {
        return await readFile(pathOf(key))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
        throw error
      }
    },

    async remove(key) {
      await rm(pathOf(key), { force: true })
    },

    async sniff(content) {
      // What knows files has 60 modules: it is loaded with the first upload.
      const { fileTypeFromBuffer } = await import('file-type')
      const found = await fileTypeFromBuffer(content)
      if (found !== undefined) return { mimeType: found.mime, ...(await pixels(content, found.mime)) }
      return isText(content) ? { mimeType: 'text/plain', width: null, height: null } : null
    },
  }
}

async function pixels(
  content: Uint8Array,
  mimeType: string,
): Promise<{ width: number | null; height: number | null }> {
  if (!mimeType.startsWith('image/')) return { width: null, height: null }
  const { imageSize } = await import('image-size')
  try {
    const { width, height } = imageSize(content)
    return { width, height }
  } catch {
    // A damaged image is still a file that somebody may want to send.
    return { width: null, height: null }
  }
}

/** SVG and HTML are text too, and only ever offered as a download. */
function isText(content: Uint8Array): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(content).includes('\u0000')
  } catch {
    return false
  }
}
