import { createHash, createHmac, randomBytes } from 'node:crypto'
import { newTypeId, smallestTypeId, timeOfTypeId } from './type-ids.js'

type Prefix =
  | 'app'
  | 'key'
  | 'agt'
  | 'con'
  | 'conv'
  | 'msg'
  | 'att'
  | 'can'
  | 'aud'
  | 'pat'
  | 'evt'
  | 'whk'
  | 'dlv'
  | 'turn'

/** A new id that sorts by time: a TypeID, which is a UUIDv7 in base 32 behind a prefix. */
export const newId: (prefix: Prefix) => string = newTypeId

/** A credential: shown once, kept only as its hash. */
export const newSecret = (prefix: string): string => prefix + randomBytes(24).toString('base64url')

export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export const hashRefreshToken = (token: string, secret: string): string =>
  createHmac('sha256', secret).update(token).digest('hex')

/** What a person may see of a key to tell it from others. */
export const displayPrefix = (secret: string): string => secret.slice(0, 8)

/** When an id was made, in milliseconds. */
export const timeOfId = timeOfTypeId

/** The smallest id of this kind made at or after a moment: ids sort by time, so it bounds a range. */
export const idAt = (prefix: Prefix, milliseconds: number): string =>
  smallestTypeId(prefix, Math.max(0, Math.floor(milliseconds)))
