import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readPrivateFile, writePrivateFile } from '../../config/secrets-file.js'
import type { AdminSession, OutboxStorage, StoredMessage } from './client.js'

const storedLogin = z.object({
  url: z.string(),
  appId: z.string().nullable(),
  session: z.object({ accessToken: z.string(), refreshToken: z.string(), expiresAt: z.number() }),
})
const storedMessages = z.array(
  z.object({
    localId: z.string(),
    conversationId: z.string(),
    draft: z.record(z.string(), z.json()),
    createdAt: z.number(),
  }),
)

/** A login that is kept between two runs. */
export interface StoredLogin {
  readonly url: string
  readonly appId: string | null
  readonly session: AdminSession
}

/** The terminal UI's files: in a folder of the user, readable by nobody else. */
export class SessionFiles {
  private readonly loginFile: string

  constructor(private readonly folder: string) {
    this.loginFile = join(folder, 'session.json')
  }

  /** The login at a server; null when there is none, or its file holds something else. */
  readLogin(url: string): StoredLogin | null {
    const login = readJson(this.loginFile, storedLogin)
    return login?.url === url ? login : null
  }

  writeLogin(login: StoredLogin): void {
    writePrivateFile(this.loginFile, JSON.stringify(login))
  }

  forgetLogin(): void {
    rmSync(this.loginFile, { force: true })
  }

  /** Keeps what was not sent yet, apart for each agent in each app. */
  outbox(agentId: string, appId: string): OutboxStorage {
    const file = join(this.folder, `outbox-${fileName(agentId)}-${fileName(appId)}.json`)
    return {
      load: () => readJson(file, storedMessages) ?? [],
      save: (messages: readonly StoredMessage[]) => {
        if (messages.length === 0) rmSync(file, { force: true })
        else writePrivateFile(file, JSON.stringify(messages))
      },
    }
  }
}

function readJson<Shape>(file: string, shape: z.ZodType<Shape>): Shape | null {
  const content = readPrivateFile(file)
  if (content === undefined) return null
  try {
    return shape.parse(JSON.parse(content))
  } catch {
    // Half a file or one of another version: logging in again makes a new one.
    return null
  }
}

function fileName(id: string): string {
  return id.replace(/[^\w-]/g, '_')
}
