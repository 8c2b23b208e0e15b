import { invalid } from '../errors.js'
import type { Contact, Json } from '../model.js'
import { cleanEmail, cleanLine, cleanMetadata, codePoints } from '../text.js'
import { checkedExternalId } from './external-id.js'

/** A user as the host knows them. What is left out stays as it was; null empties it. */
export interface HostUser {
  externalUserId: string
  name: string
  email?: string | null
  avatar?: string | null
  attributes?: Json
}

/** A user of the host, ready to be stored. */
export interface Profile {
  externalId: string
  fields: Partial<Pick<Contact, 'name' | 'email' | 'avatar' | 'attributes'>>
}

const longest = { name: 200, email: 320, avatar: 2_000 }

/** Cleans what the host sent; throws AppError `invalid_request`. Types are checked too: rows of a batch come as they are. */
export function profileOf(user: HostUser, attributeBytes: number): Profile {
  if (typeof user !== 'object' || user === null)
    throw invalid('A user is an object with externalUserId and name.')
  const externalId = checkedExternalId(user.externalUserId)
  const name = line(user.name, 'name')
  if (name == null) throw invalid('A user needs a name. Send name as text that is not empty.')
  const email = line(user.email, 'email')
  const fields: Profile['fields'] = { name }
  if (email !== undefined) fields.email = email === null ? null : cleanEmail(email)
  const avatar = line(user.avatar, 'avatar')
  if (avatar !== undefined) fields.avatar = avatar
  if (user.attributes !== undefined) fields.attributes = attributesOf(user.attributes, attributeBytes)
  return { externalId, fields }
}

/** A name that a token brings along: whoever signed it meant no harm by its length. */
export const nameInToken = (name: string | null): string | null =>
  cleanLine([...(name ?? '')].slice(0, longest.name).join(''))

function line(given: unknown, field: keyof typeof longest): string | null | undefined {
  if (given === undefined || given === null) return given
  if (typeof given !== 'string') throw invalid(`${field} must be text.`)
  if (codePoints(given) > longest[field])
    throw invalid(`${field} has at most ${longest[field]} characters. Shorten it.`)
  return cleanLine(given)
}

function attributesOf(given: unknown, limitBytes: number): Json {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid('attributes must be an object.')
  return cleanMetadata(given as Json, limitBytes)
}

/** The fields that are not in the contact already. */
export function changedFields(contact: Contact, fields: Profile['fields']): Profile['fields'] {
  const isOther = ([name, value]: [string, unknown]) =>
    JSON.stringify(contact[name as keyof Contact]) !== JSON.stringify(value)
  return Object.fromEntries(Object.entries(fields).filter(isOther))
}
