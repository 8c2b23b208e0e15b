import { execFileSync } from 'node:child_process'
import { createDecipheriv, createECDH, createPublicKey, type ECDH, hkdfSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { jwtVerify } from 'jose'
import { temporaryFolder } from '../helpers/databases.js'

/** A push as the push service sees it: what is in it only the browser can read. */
export interface Pushed {
  headers: IncomingMessage['headers']
  body: Buffer
}

interface Answer {
  status: number
  headers?: Record<string, string>
}

/** A push service (RFC 8030) over HTTPS, with a certificate of its own. */
export class PushService {
  readonly #pushed = new Map<string, Pushed[]>()
  answer: (pushed: Pushed) => Answer | Promise<Answer> = () => ({ status: 201 })
  readonly certificate: string
  readonly #server: Server

  constructor() {
    const { certificate, key } = newCertificate()
    this.certificate = certificate
    this.#server = createServer({ cert: certificate, key }, (request, response) => {
      this.#take(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
    })
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  at(path: string): Pushed[] {
    return this.#pushed.get(path) ?? []
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const pushed = { headers: request.headers, body: Buffer.concat(chunks) }
    const path = request.url ?? ''
    this.#pushed.set(path, [...this.at(path), pushed])
    const { status, headers } = await this.answer(pushed)
    response.writeHead(status, headers).end()
  }
}

function newCertificate(): { certificate: string; key: string } {
  const folder = temporaryFolder()
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1'
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const files = ['-keyout', key, '-out', certificate]
  execFileSync('openssl', ['req', '-x509', ...curve, '-subj', '/CN=localhost', '-addext', names, ...files], {
    stdio: 'ignore',
  })
  return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') }
}

let browsers = 0

/** A browser that subscribed to web push: it alone can read what was pushed. */
export class Browser {
  readonly path = `/push/${++browsers}`
  readonly #service: PushService
  readonly #pair: ECDH = createECDH('prime256v1')
  readonly #auth = randomBytes(16)

  constructor(service: PushService) {
    this.#service = service
    this.#pair.generateKeys()
  }

  /** As `JSON.stringify(subscription)` gives it in a page. */
  get subscription(): string {
    return JSON.stringify({
      endpoint: this.#service.url + this.path,
      expirationTime: null,
      keys: { p256dh: this.#pair.getPublicKey('base64url'), auth: this.#auth.toString('base64url') },
    })
  }

  get pushed(): Pushed[] {
    return this.#service.at(this.path)
  }

  /** RFC 8291, the receiver's side: one record of aes128gcm. */
  read({ body }: Pushed): unknown {
    const salt = body.subarray(0, 16)
    const keyLength = body.readUInt8(20)
    const sender = body.subarray(21, 21 + keyLength)
    const record = body.subarray(21 + keyLength)
    const shared = this.#pair.computeSecret(sender)
    const about = Buffer.concat([Buffer.from('WebPush: info\0'), this.#pair.getPublicKey(), sender])
    const secret = derived(shared, this.#auth, about, 32)
    const key = derived(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
    const nonce = derived(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12)
    const decipher = createDecipheriv('aes-128-gcm', key, nonce)
    decipher.setAuthTag(record.subarray(-16))
    const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
    return JSON.parse(padded.subarray(0, padded.lastIndexOf(2)).toString('utf8'))
  }
}

const derived = (from: Buffer, salt: Buffer, about: Buffer, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', from, salt, about, length))

/** Checks who signed (RFC 8292); gives the claims and the public key that was shown. */
export async function signerOf({ headers }: Pushed) {
  const [, token = '', publicKey = ''] = /^vapid t=(\S+), ?k=(\S+)$/.exec(headers.authorization ?? '') ?? []
  const point = Buffer.from(publicKey, 'base64url')
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'))
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
  return { publicKey, claims: (await jwtVerify(token, key, { algorithms: ['ES256'] })).payload }
}
