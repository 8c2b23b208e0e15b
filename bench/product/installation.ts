import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The built program. */
export const binary = fileURLToPath(new URL('../../../bin/replyhq.cjs', import.meta.url))

// A load is faster than any visitor: the limits that protect from abuse are lifted, everything else is as delivered.
export const LIFTED = {
  REPLYHQ_LIMITS_VISITOR_MESSAGES: '1000000',
  REPLYHQ_LIMITS_VISITOR_MESSAGES_WINDOW: '1s',
  REPLYHQ_LIMITS_DEVICE_REQUESTS: '1000000',
  REPLYHQ_LIMITS_DEVICE_REQUESTS_WINDOW: '1s',
  REPLYHQ_LOG_LEVEL: 'warn',
}

/** Makes the tables, and what the instance file says. */
export function apply(data: string, environment: NodeJS.ProcessEnv, instanceFile: string): void {
  const file = join(data, 'instance.yaml')
  writeFileSync(file, instanceFile)
  for (const command of [['migrate'], ['admin', 'apply', '-f', file, '--yes']]) {
    execFileSync(process.execPath, [binary, ...command], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }
}
