import { createHash, timingSafeEqual } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import type { Express, Request } from 'express'
import { unauthorized } from '../core/errors.js'
import type { Metrics } from './metrics.js'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** `GET /metrics`: for who knows the token, and without one for programs on this very machine. */
export function serveMetrics(app: Express, metrics: Metrics, token: string | undefined): void {
  app.get('/metrics', async (request, response) => {
    if (!(token === undefined ? isLocal(request) : knows(request, token)))
      throw unauthorized(
        'Figures are for the operator: set METRICS_TOKEN and send it as Authorization: Bearer <token>.',
      )
    response.set('Content-Type', metrics.contentType).send(await metrics.text())
  })
}

/** A proxy on this machine brings strangers: what it forwards is not local. */
function isLocal({ socket, headers }: Request): boolean {
  const address = socket.remoteAddress ?? ''
  const forwarded = headers['x-forwarded-for'] ?? headers.forwarded
  return forwarded === undefined && loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function knows(request: Request, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1] ?? ''
  return timingSafeEqual(digest(given), digest(token))
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
