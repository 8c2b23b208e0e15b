import { beforeAll, expect, test } from 'vitest'
import type { ErrorCode } from '../../src/server/core/errors.js'
import type { ParticipantRole } from '../../src/server/core/model.js'
import type { Member } from '../../src/server/core/principal.js'
import { eachDatabase } from '../helpers/databases.js'
import { type Circle, newCircle } from './circle.js'
import { refusal, sharedInstance } from './instance.js'

/** What somebody does in a group. */
type Deed = (circle: Circle, as: Member, id: string) => Promise<unknown>
type Outcomes = Record<'owner' | 'admin' | 'member' | 'outsider', 'done' | ErrorCode>

const add =
  (role?: ParticipantRole): Deed =>
  ({ core }, as, id) =>
    core.members.addParticipants(as, id, ['dan'], role)
const setRole =
  (userId: string, role: ParticipantRole): Deed =>
  ({ core }, as, id) =>
    core.members.setRole(as, id, userId, role)
const remove =
  (userId: string): Deed =>
  ({ core }, as, id) =>
    core.members.removeParticipant(as, id, userId)
const deleteIt =
  (scope: 'me' | 'everyone'): Deed =>
  ({ core }, as, id) =>
    core.members.remove(as, id, scope)
const takeBack: Deed = async (circle, as, id) => {
  const { id: messageId } = await circle.say(circle.ann, id)
  return circle.core.messages.remove(as, id, messageId)
}
const rewrite: Deed = async (circle, as, id) => {
  const { id: messageId } = await circle.say(await circle.member('member2'), id)
  return circle.core.messages.edit(as, id, messageId, 'other words')
}

const nobody: Outcomes = {
  owner: 'forbidden',
  admin: 'forbidden',
  member: 'forbidden',
  outsider: 'not_found',
}
const owners: Outcomes = { ...nobody, owner: 'done' }
const ownersAndAdmins: Outcomes = { ...owners, admin: 'done' }
const participants: Outcomes = { ...ownersAndAdmins, member: 'done' }
const nothingThere: Outcomes = {
  owner: 'not_found',
  admin: 'not_found',
  member: 'not_found',
  outsider: 'not_found',
}
// Beside the four who act there are a second owner, admin and member to act on.
const table: [string, Deed, Outcomes][] = [
  ['adds a member', add(), ownersAndAdmins],
  ['adds an admin', add('admin'), owners],
  ['adds an owner', add('owner'), owners],
  ['makes a member an admin', setRole('member2', 'admin'), owners],
  ['makes an owner a member', setRole('owner2', 'member'), owners],
  ['gives a role to who is not there', setRole('dan', 'admin'), nothingThere],
  ['takes out a member', remove('member2'), ownersAndAdmins],
  ['takes out an admin', remove('admin2'), ownersAndAdmins],
  ['takes out an owner', remove('owner2'), owners],
  ['takes out who is not there', remove('dan'), nothingThere],
  ['deletes the group for everybody', deleteIt('everyone'), owners],
  ['deletes the group for themselves', deleteIt('me'), participants],
  ['takes back what another wrote', takeBack, ownersAndAdmins],
  ['rewrites what another wrote', rewrite, nobody],
]
const cases = table.flatMap(([deed, act, results]) =>
  (['owner', 'admin', 'member', 'outsider'] as const).map(
    (role) => [role, deed, results[role], act] as const,
  ),
)

eachDatabase('In a group', (database) => {
  const instance = sharedInstance(database)
  const names = ['owner', 'admin', 'member', 'owner2', 'admin2', 'member2', 'outsider'] as const
  let shared: Circle
  let people: Record<string, Member>
  beforeAll(async () => {
    shared = await newCircle(instance())
    people = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await shared.member(name)] as const)),
    )
  })
  const person = (name: string): Member => {
    const member = people[name]
    if (member === undefined) throw new Error(`${name} is missing.`)
    return member
  }

  test.each(cases)('an %s who %s: %s', async (role, _, result, act) => {
    const inside = names.slice(0, 6)
    const id = await shared.group(
      inside.map((name) => [person(name), name.replace('2', '') as ParticipantRole]),
    )
    const before = await shared.people(id)
    if (result === 'done') return void (await act(shared, person(role), id))
    await refusal(act(shared, person(role), id), result)
    expect(await shared.people(id)).toEqual(before)
  })
})
