import { lookup } from 'node:dns'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { AddressGuard } from './addresses.js'

export interface OutboundPost {
  url: string
  headers: Readonly<Record<string, string>>
  body: string
  signal: AbortSignal
  /** What comes back beyond this many bytes is not read. */
  maximumBytes: number
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
export function post(guard: AddressGuard, { url, headers, body, signal, maximumBytes }: OutboundPost) {
  const target = new URL(url)
  const host = target.hostname.replace(/^\[|\]$/g, '')
  return new Promise<OutboundAnswer>((resolve, reject) => {
    if (isIP(host) !== 0 && !guard(host)) return reject(refusal(host))
    const open = target.protocol === 'https:' ? httpsRequest : httpRequest
    const request = open(target, {
      method: 'POST',
      agent: false,
      lookup: guardedLookup(guard),
      signal,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    })
    request.once('error', reject)
    request.once('response', (response) => collect(request, response, maximumBytes).then(resolve, reject))
    request.end(body)
  })
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
    if (length >= maximumBytes) break
  }
  request.destroy()
  const text = Buffer.concat(chunks).subarray(0, maximumBytes).toString('utf8')
  return { status: response.statusCode ?? 0, headers: response.headers, text }
}
