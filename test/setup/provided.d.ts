import 'vitest'
import type { Skipped } from './facilities.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Base URL of the offers of global-setup.ts. */
    serverPool: string
    /** Servers that were started in this run: name and where each came from. */
    servers: Record<string, string>
    skipped: Skipped
    /** Holds every temporary folder of this run. */
    temporaryFolder: string
  }
}
