import { lookup } from 'node:dns'
import {
  type ClientRequest,
  type Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http'
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { AddressGuard } from './addresses.js'

/** Connections that are kept: those of one guard alone, because it looks at an address when it is connected to. */
export interface OutboundAgents {
  http: HttpAgent
  https: HttpsAgent
}

export interface OutboundPost {
  url: string
  headers: Readonly<Record<string, string>>
  body: string | Uint8Array
  signal: AbortSignal
  /** What comes back beyond this many bytes is not read. */
  maximumBytes: number
  /** Absent: a connection for this request alone. */
  agents?: OutboundAgents
}

export interface OutboundAnswer {
  status: number
  headers: IncomingMessage['headers']
  text: string
}

/**
 * Posts to an address that somebody configured. Connects only to addresses that the guard allows, checked on what
 * the name resolved to for this very connection, so that a name cannot change between check and use. Follows no
 * redirects: they are answers like any other.
 */
export async function post(guard: AddressGuard, wanted: OutboundPost): Promise<OutboundAnswer> {
  for (;;) {
    const { request, answer } = begin(guard, wanted)
    try {
      return await answer
    } catch (error) {
      // A receiver may end a kept connection in the moment in which it is used again: nothing was asked then.
      const { code } = error as NodeJS.ErrnoException
      if (!(request?.reusedSocket && code === 'ECONNRESET')) throw error
    }
  }
}

function begin(guard: AddressGuard, { url, headers, body, signal, maximumBytes, agents }: OutboundPost) {
  const target = new URL(url)
  const host = hostOf(target)
  if (isIP(host) !== 0 && !guard(host)) return { request: null, answer: Promise.reject(refusal(host)) }
  const secure = target.protocol === 'https:'
  const open = secure ? httpsRequest : httpRequest
  const request = open(target, {
    method: 'POST',
    agent: (secure ? agents?.https : agents?.http) ?? false,
    lookup: guardedLookup(guard),
    signal,
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
  })
  const answer = new Promise<OutboundAnswer>((resolve, reject) => {
    request.once('error', reject)
    request.once('response', (response) => collect(request, response, maximumBytes).then(resolve, reject))
    request.end(body)
  })
  return { request, answer }
}

/** The host of an address, of IPv6 without its brackets. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

/** Whether an address itself says that it leads where the guard does not let anybody; names are not looked up. */
export function refuses(guard: AddressGuard, url: URL): boolean {
  const host = hostOf(url)
  if (isIP(host) !== 0) return !guard(host)
  return /(^|\.)localhost\.?$/i.test(host) && !guard('127.0.0.1')
}

function guardedLookup(guard: AddressGuard): LookupFunction {
  return (host, options, callback) =>
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '')
      const refused = addresses.find(({ address }) => !guard(address))
      if (refused !== undefined) return callback(refusal(host), '')
      const [first] = addresses
      if (options.all) return callback(null, addresses)
      callback(null, first?.address ?? '', first?.family)
    })
}

const refusal = (host: string): NodeJS.ErrnoException =>
  new Error(`${host} is a private address. List its network in OUTBOUND_PRIVATE_NETWORKS to allow it.`)

async function collect(
  request: ClientRequest,
  response: IncomingMessage,
  maximumBytes: number,
): Promise<OutboundAnswer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > maximumBytes) break
  }
  // What was not read to its end leaves a connection that is of no use any more.
  if (!response.complete) request.destroy()
  const text = Buffer.concat(chunks).subarray(0, maximumBytes).toString('utf8')
  return { status: response.statusCode ?? 0, headers: response.headers, text }
}
