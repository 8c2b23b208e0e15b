import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** What a test's host application signs its tokens with; of 32 bytes, the fewest that are allowed. */
export const hostSecret = 'the secret of the tests’ host..'
export const nextHostSecret = 'the next secret of the tests’ host'

export type Claims = JWTPayload & { app_id?: unknown }

/** A token under a secret. Claims that are undefined are left out. */
export function signHostToken(claims: Claims, secret = hostSecret, alg = 'HS256'): Promise<string> {
  return new SignJWT(withoutUndefined(claims)).setProtectedHeader({ alg }).sign(Buffer.from(secret))
}

/** A pair of keys, and how tokens are signed with it. */
export interface HostKey {
  jwk: JWK
  sign(claims: Claims, header?: { kid?: string }): Promise<string>
}

export async function makeHostKey(alg: 'RS256' | 'ES256' | 'EdDSA', kid: string): Promise<HostKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return {
    jwk: { ...(await exportJWK(publicKey)), alg, use: 'sig', kid },
    sign: (claims, header = { kid }) =>
      new SignJWT(withoutUndefined(claims)).setProtectedHeader({ alg, ...header }).sign(privateKey),
  }
}

/** A server that publishes keys; what it publishes, and whether it answers, changes at any time. */
export interface KeyServer extends AsyncDisposable {
  url: string
  keys: JWK[]
  /** Anything but 200 is an outage. */
  status: number
  /** How often it was asked. */
  asked: number
}

export async function startKeyServer(keys: JWK[]): Promise<KeyServer> {
  const server = createServer((_request, response) => {
    state.asked++
    response.writeHead(state.status, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ keys: state.keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const state: KeyServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys.json`,
    keys,
    status: 200,
    asked: 0,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return state
}

const withoutUndefined = (claims: Claims): JWTPayload =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
