import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, open, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, parse } from 'node:path'
import { SessionError } from '../session/session.js'
import { safeFileName } from './file-name.js'

const MOST_COPIES = 1000

export interface FileSettings {
  /** Where what is saved goes; made when it is not there. */
  readonly downloads: string
  /** The command that shows a file; null where there is none. */
  readonly opener: string | null
}

/** Files on the agent's own machine: saved for good, or lent to a viewer until the agent leaves. */
export class AgentFiles {
  readonly opener: string | null
  private readonly downloads: string
  private readonly lent: string[] = []

  constructor({ downloads, opener }: FileSettings) {
    this.downloads = downloads
    this.opener = opener
  }

  /** Saves under a name of its own, which is made harmless; nothing is overwritten. Gives the path. */
  async save(name: string, content: Uint8Array): Promise<string> {
    try {
      await mkdir(this.downloads, { recursive: true, mode: 0o700 })
      return await this.writeNew(parse(safeFileName(name)), content)
    } catch (error) {
      throw refused(error, this.downloads)
    }
  }

  /** Hands a copy to the viewer; false when that could not show it. */
  async open(content: Uint8Array, extension: string): Promise<boolean> {
    const folder = await mkdtemp(join(tmpdir(), 'replyhq-'))
    this.lent.push(folder)
    const file = join(folder, `attachment.${extension}`)
    await writeFile(file, content, { mode: 0o600 })
    return view(this.opener ?? '', file)
  }

  /** Removes what was lent. */
  close(): void {
    for (const folder of this.lent.splice(0)) rmSync(folder, { recursive: true, force: true })
  }

  private async writeNew({ name, ext }: { name: string; ext: string }, content: Uint8Array): Promise<string> {
    for (let copy = 0; copy < MOST_COPIES; copy += 1) {
      const path = join(this.downloads, copy === 0 ? name + ext : `${name} (${copy})${ext}`)
      const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
        if (!isError(error) || error.code !== 'EEXIST') throw error
        return null
      })
      if (file === null) continue
      await file.writeFile(content).finally(() => file.close())
      return path
    }
    throw new SessionError('conflict', `${this.downloads} holds too many files called ${name}${ext}.`)
  }
}

// Through the shell, because the command may hold arguments; its output must not reach the screen.
function view(command: string, file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', `${command} "$1"`, 'sh', file], { stdio: 'ignore', detached: true })
    child.on('error', () => resolve(false))
    child.on('close', (code) => resolve(code === 0))
    child.unref()
  })
}

function refused(error: unknown, folder: string): unknown {
  if (!isError(error)) return error
  const message = `The file cannot be saved in ${folder} (${error.code}). Name another folder as downloads in tui.yaml.`
  return new SessionError('unavailable', message)
}

function isError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
