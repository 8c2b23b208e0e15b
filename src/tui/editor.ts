import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Lets the agent write in another program, and gives the text back; null when it ended with a failure. The text
 * lies in a folder that only this user can read, since it may hold a visitor's data.
 */
export async function editText(command: string, text: string): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'replyhq-'))
  try {
    const file = join(folder, 'reply.txt')
    await writeFile(file, text, { mode: 0o600 })
    const code = await run(command, file)
    return code === 0 ? await readFile(file, 'utf8') : null
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// Through the shell, because $EDITOR may hold arguments: "code --wait".
function run(command: string, file: string): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', `${command} "$1"`, 'sh', file], { stdio: 'inherit' })
    child.on('error', () => resolve(null))
    child.on('close', resolve)
  })
}
