import { isIP } from 'node:net'
import { type core, z } from 'zod'
import type { FoundValues } from './lookup.js'
import type { Settings } from './schema.js'

/** Reads one schema out of what was found; each fault becomes a sentence that begins with the name it has there. */
export function parse<Shape extends core.$ZodShape>(
  schema: z.ZodObject<Shape>,
  found: FoundValues,
  faults: string[],
): z.output<z.ZodObject<Shape>> | undefined {
  const result = schema.safeParse(gather(schema.shape, found))
  if (result.success) return result.data
  faults.push(...result.error.issues.map((issue) => sentence(issue, found)))
  return undefined
}

function gather(shape: core.$ZodShape, found: FoundValues, prefix = ''): Record<string, unknown> {
  const entry = ([name, schema]: [string, core.$ZodType]): [string, unknown] => [
    name,
    schema instanceof z.ZodObject
      ? gather(schema.shape, found, `${prefix}${name}.`)
      : found.get(prefix + name)?.value,
  ]
  return Object.fromEntries(Object.entries(shape).map(entry))
}

function sentence(issue: core.$ZodIssue, found: FoundValues): string {
  const path = issue.path.join('.')
  const origin = found.get(path)
  const where = origin?.source === 'file' ? `${path} in ${origin.name}` : (origin?.name ?? path)
  return `${where} ${issue.message}.`
}

const LOOPBACK = ['localhost', '::1']
const isLoopback = (host: string) => LOOPBACK.includes(host) || (isIP(host) === 4 && host.startsWith('127.'))

/** Settings that are right alone and wrong together. */
export function contradictions(settings: Settings): string[] {
  const faults: string[] = []
  if (!isLoopback(settings.host) && settings.allowedOrigins.length === 0) {
    faults.push(
      `The host ${settings.host} can be reached from outside: set ALLOWED_ORIGINS to the origins of your pages, such as https://shop.example, or to * for any.`,
    )
  }
  if (settings.allowAnonymous && !isLoopback(settings.host))
    faults.push('ALLOW_ANONYMOUS lets anybody in, so it needs a host on loopback, such as 127.0.0.1.')
  if (settings.wsPort !== undefined && settings.wsPort !== 0 && settings.wsPort === settings.port)
    faults.push('WS_PORT must be another port than PORT, which carries sockets already.')
  if (settings.limits.pageSize > settings.limits.maximumPageSize) {
    faults.push('limits.page_size must not be larger than limits.maximum_page_size.')
  }
  return faults
}
