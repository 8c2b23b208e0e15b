import { ConfigError } from '../config.js'
import { AppError } from '../server/core/errors.js'
import { CommandError, type ErrorReport } from './errors.js'

/** How a command ends, for scripts. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  conflict: 5,
  notReachable: 6,
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const

/** The line that ends every help. */
export const exitCodesHelp = `Exit codes: 0 done, 1 failed, 2 usage or an answer missing, 3 not found, 4 not allowed, 5 conflict,
            6 not reachable, 70 internal, 130 interrupted, 143 terminated.`

const byErrorCode: Readonly<Record<string, number>> = {
  usage: exitCodes.usage,
  missing_answer: exitCodes.usage,
  invalid_settings: exitCodes.usage,
  invalid_request: exitCodes.usage,
  not_found: exitCodes.notFound,
  unauthorized: exitCodes.notAllowed,
  forbidden: exitCodes.notAllowed,
  conflict: exitCodes.conflict,
  unavailable: exitCodes.notReachable,
  not_reachable: exitCodes.notReachable,
  unreachable: exitCodes.notReachable,
  interrupted: exitCodes.interrupted,
  internal: exitCodes.internal,
}

/** The exit code for an error's code; whatever is not listed has failed. */
export const exitCodeOf = (code: string): number => byErrorCode[code] ?? exitCodes.failed

// What the system says about a connection that cannot be made.
const UNREACHABLE = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'EAI_AGAIN',
  '28P01',
  '3D000',
]

/** What a person, or a script, is told about an error of any kind. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof CommandError) return { code: error.code, message: error.message, hint: error.hint }
  if (error instanceof ConfigError) return settingsReport(error)
  if (error instanceof AppError) return { code: error.code, message: error.message }
  if (!(error instanceof Error)) return { code: 'internal', message: String(error) }
  const code = systemCode(error)
  if (error.name === 'ExitPromptError')
    return { code: 'interrupted', message: 'Interrupted: nothing was changed.' }
  if (code !== undefined && UNREACHABLE.includes(code))
    return { code: 'not_reachable', message: error.message || code }
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return { code: 'failed', message: error.message }
  return remoteReport(error) ?? { code: 'internal', message: error.message, stack: error.stack }
}

function settingsReport(error: ConfigError): ErrorReport {
  const hint =
    'replyhq config lists every setting, and replyhq config show --origin says where each came from.'
  return { code: 'invalid_settings', message: error.faults.join('\n'), hint }
}

/** The system's or the database's code, also of the cause that a wrapper carries. */
function systemCode(error: Error): string | undefined {
  const own = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return own ?? (error.cause instanceof Error ? systemCode(error.cause) : undefined)
}

// Errors of the client carry the catalogue's code and a status.
function remoteReport(error: Error): ErrorReport | undefined {
  if (!('code' in error) || typeof error.code !== 'string' || !(error.code in byErrorCode)) return undefined
  return { code: error.code, message: error.message }
}
