import { expect } from 'vitest'
import type { Device } from '../../../src/server/core/model.js'
import { attachmentRow, participantRow, start } from '../rows.js'
import type { ParityCase } from './world.js'

const deviceRow = (appKey: number, contactKey: number, given: Partial<Device>): Omit<Device, 'key'> => ({
  appKey,
  deviceId: 'device-1',
  contactKey,
  platform: null,
  osVersion: null,
  appVersion: null,
  model: null,
  locale: null,
  timezone: null,
  sdkVersion: null,
  pushToken: null,
  lastSeenAt: start,
  createdAt: start,
  ...given,
})

export const peopleCases: ParityCase[] = [
  {
    title: 'an agent is found by id, key and address in any case, listed, changed and deleted',
    run: async (world) => {
      const { read, write } = world
      const agent = await world.agent({ passwordHash: 'hash' })
      expect(await read.agents.byId(agent.id)).toEqual(agent)
      expect(await read.agents.byKey(agent.key)).toEqual(agent)
      expect(await write((queries) => queries.agents.lock(agent.key))).toEqual(agent)
      expect(await read.agents.byEmail(agent.email.toUpperCase())).toEqual(agent)
      expect(await read.agents.list()).toContainEqual(agent)
      const changed = await write((queries) => queries.agents.update(agent.key, { availability: 'away' }))
      expect(changed).toEqual({ ...agent, availability: 'away' })
      await write((queries) => queries.agents.remove(agent.key))
      expect(await read.agents.byKey(agent.key)).toBeUndefined()
    },
  },
  {
    title: 'a membership is saved, changed, listed from both sides and removed once',
    run: async (world) => {
      const { app, read, write } = world
      const agent = await world.agent()
      const membership = {
        appKey: app.key,
        agentKey: agent.key,
        role: 'agent' as const,
        capacity: 5,
        createdAt: start,
      }
      await write((queries) => queries.agents.saveMembership(membership))
      await write((queries) => queries.agents.saveMembership({ ...membership, role: 'admin', capacity: 2 }))
      const saved = { ...membership, role: 'admin', capacity: 2 }
      expect(await read.agents.membership(app.key, agent.key)).toEqual(saved)
      expect(await read.agents.memberships(agent.key)).toEqual([{ app, membership: saved }])
      await world.conversation({ assigneeKey: agent.key })
      await world.conversation({ assigneeKey: agent.key, status: 'closed' })
      expect(await read.agents.members(app.key)).toEqual([{ agent, membership: saved, active: 1 }])
      const remove = () => write((queries) => queries.agents.removeMembership(app.key, agent.key))
      expect([await remove(), await remove()]).toEqual([true, false])
      expect(await read.agents.members(app.key)).toEqual([])
    },
  },
  {
    title: 'a contact is found in its own app only, locked, changed and deleted',
    run: async (world) => {
      const { app, read, write } = world
      const contact = await world.contact({ externalId: 'u1', attributes: { plan: 'pro' } })
      expect(await read.contacts.byId(app.key, contact.id)).toEqual(contact)
      expect(await read.contacts.byId(app.key + 1, contact.id)).toBeUndefined()
      expect(await read.contacts.byKey(contact.key)).toEqual(contact)
      expect(await read.contacts.byKeys([contact.key, 0])).toEqual([contact])
      expect(await read.contacts.byExternalId(app.key, 'u1')).toEqual(contact)
      const changed = await write(async (queries) => {
        await queries.contacts.lock(contact.key)
        await queries.contacts.lockExternalId(contact.appKey, 'crm-1')
        await queries.contacts.lockDevice(contact.appKey, 'dev_1')
        return queries.contacts.update(contact.key, { name: 'Bo' })
      })
      expect(changed).toEqual({ ...contact, name: 'Bo' })
      await write((queries) => queries.contacts.remove(contact.key))
      expect(await read.contacts.byKey(contact.key)).toBeUndefined()
    },
  },
  {
    title: 'contacts are listed newest first and found by part of a name or address, also with % and _',
    run: async (world) => {
      const { app, read } = world
      const ada = await world.contact({ name: 'Ada 100%' })
      const bo = await world.contact({ email: 'BO_b@example.com' })
      const zoe = await world.contact({ name: 'Ünal Zoë' })
      const list = (text?: string, beforeKey?: number) =>
        read.contacts.list(app.key, { limit: 10, text, beforeKey })
      expect(await list()).toEqual([zoe, bo, ada])
      expect(await list(undefined, zoe.key)).toEqual([bo, ada])
      expect(await list('0%')).toEqual([ada])
      expect(await list('bo_B@')).toEqual([bo])
      expect(await list('Ünal')).toEqual([zoe])
      expect(await list('_')).toEqual([bo])
    },
  },
  {
    title: 'a device keeps what a later report leaves out',
    run: async (world) => {
      const { app, read, write } = world
      const contact = await world.contact()
      const save = (given: Partial<Device>) =>
        write((queries) => queries.contacts.saveDevice(deviceRow(app.key, contact.key, given)))
      await save({ platform: 'ios', osVersion: '19' })
      const device = await save({ osVersion: '20', lastSeenAt: start + 5 })
      expect(device).toMatchObject({ platform: 'ios', osVersion: '20', lastSeenAt: start + 5 })
      await write((queries) => queries.contacts.setPushToken(device.key, 'token', 'android'))
      const known = { ...device, pushToken: 'token', platform: 'android' }
      expect(await read.contacts.device(app.key, 'device-1')).toEqual(known)
      expect(await read.contacts.devices(contact.key)).toEqual([known])
      await write((queries) => queries.contacts.dropPushToken(device.key, 'an older one'))
      await save({ deviceId: 'device-2', lastSeenAt: start + 9 })
      expect(await read.contacts.pushDevices([contact.key, contact.key + 1_000_000], 9)).toEqual([known])
      expect(await read.contacts.pushDevices([contact.key + 1_000_000], 9)).toEqual([])
      await write((queries) => queries.contacts.dropPushToken(device.key, 'token'))
      expect(await read.contacts.pushDevices([contact.key], 9)).toEqual([])
      await write((queries) => queries.contacts.removeDevices(contact.key + 1_000_000))
      expect(await read.contacts.devices(contact.key)).toHaveLength(2)
      await write((queries) => queries.contacts.removeDevices(contact.key))
      expect(await read.contacts.devices(contact.key)).toEqual([])
    },
  },
  {
    title: 'what one contact has moves to another, where both took part the further cursor stays',
    run: async (world) => {
      const { app, read, write } = world
      const [from, to] = [await world.contact(), await world.contact()]
      const own = await world.conversation({ contactKey: from.key })
      const shared = await world.conversation({ kind: 'group' })
      const sent = { senderType: 'contact' as const, senderKey: from.key, reactionCount: 2 }
      const messageKey = await world.message(shared.key, 1, sent)
      await write(async (queries) => {
        await queries.participants.ensure(participantRow(own.key, from.key))
        await queries.participants.ensure(participantRow(shared.key, from.key, { readSequence: 7 }))
        await queries.participants.ensure(participantRow(shared.key, to.key, { readSequence: 3 }))
        for (const memberKey of [from.key, to.key])
          await queries.messages.insertReaction({
            messageKey,
            type: 'contact',
            memberKey,
            emoji: '+1',
            createdAt: start,
          })
        await queries.contacts.saveDevice(deviceRow(app.key, from.key, {}))
        await queries.attachments.insert(attachmentRow(app.key, { uploaderKey: from.key }))
        await queries.contacts.moveEverything(from.key, to.key)
      })
      expect(await read.conversations.byKey(own.key)).toMatchObject({ contactKey: to.key })
      expect(await read.messages.byKeys([messageKey])).toMatchObject([
        { senderKey: to.key, senderId: to.id, reactionCount: 1 },
      ])
      expect(await read.messages.reactions([messageKey])).toMatchObject([{ memberKey: to.key }])
      expect(await read.participants.one(shared.key, 'contact', to.key)).toMatchObject({ readSequence: 7 })
      expect(await read.participants.one(own.key, 'contact', to.key)).toBeDefined()
      expect(await read.participants.one(own.key, 'contact', from.key)).toBeUndefined()
      expect(await read.contacts.devices(to.key)).toHaveLength(1)
    },
  },
]
