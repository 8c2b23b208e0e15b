import { Option } from 'commander'
import type { Role } from '../../../server/core/model.js'
import { CommandError } from '../../errors.js'

const roles: readonly Role[] = ['owner', 'admin', 'agent', 'viewer']

export const rolesText = roles.join(', ')

export const roleOption = (text: string) => new Option('--role <role>', text).choices(roles)

/** A role as somebody typed it. */
export function parseRole(word: string): Role {
  const role = roles.find((candidate) => candidate === word)
  if (role === undefined) throw new CommandError('usage', `"${word}" is no role: take one of ${rolesText}.`)
  return role
}
