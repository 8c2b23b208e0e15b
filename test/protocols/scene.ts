import { expect } from 'vitest'
import { until } from '../helpers/until.js'
import { conversationOf, device, known } from './host.js'
import type { Live, Received } from './live.js'

/** Two users on three devices, one who comes later, one who has nothing to do with them. */
export interface Scene extends Disposable {
  readonly ann: string
  readonly bob: string
  readonly cid: string
  readonly eve: string
  readonly devices: { ann1: Live; ann2: Live; bob: Live; cid: Live; eve: Live }
  /** A group of Ann, its owner, and Bob. */
  readonly group: string
}

type Heard = Partial<Record<keyof Scene['devices'], [name: string, payload: unknown][]>>

/** All of them connected, with their coming told already. */
export async function openScene(server: { url: string }): Promise<Scene> {
  const [ann = '', bob = '', cid = '', eve = ''] = await known(server, 'ann', 'bob', 'cid', 'eve')
  const devices = {
    ann1: await device(server, ann),
    ann2: await device(server, ann),
    bob: await device(server, bob),
    cid: await device(server, cid),
    eve: await device(server, eve),
  }
  const { id: group } = await conversationOf(server, ann, 'group', [bob])
  await settle(devices)
  const close = () => Object.values(devices).forEach((live) => void live.socket.disconnect())
  return { ann, bob, cid, eve, devices, group, [Symbol.dispose]: close }
}

/** Everything that was sent before this has come: a connection keeps its order. */
async function settle(devices: Scene['devices']): Promise<void> {
  await Promise.all(Object.values(devices).map((live) => live.ask('ping')))
  for (const { received } of Object.values(devices)) received.length = 0
}

/** Does something and holds every device to exactly what it must hear of it, in its order, and no more. */
export async function hear(
  { devices }: Scene,
  act: () => Promise<unknown>,
  expected: (done: never) => Heard,
): Promise<void> {
  await settle(devices)
  const done = await act()
  const heard = expected(done as never)
  for (const [name, events] of Object.entries(heard)) {
    const { received } = devices[name as keyof Heard]
    // What is missing is told below, beside what came.
    await until('all come', () => received.flatMap(asPair).length >= events.length).catch(() => {})
  }
  await Promise.all(Object.values(devices).map((live) => live.ask('ping')))
  const said = Object.fromEntries(
    Object.entries(devices).map(([name, { received }]) => [name, received.flatMap(asPair)]),
  )
  const nothing = Object.fromEntries(Object.keys(devices).map((name) => [name, []]))
  expect(said).toEqual({ ...nothing, ...heard })
}

const asPair = ({ name, payload }: Received): [string, unknown][] =>
  name === 'pong' ? [] : [[name, payload]]
