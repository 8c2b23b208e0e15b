import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { NewWebhook } from '../../src/server/core/outbox/webhooks.js'
import { type Company, newCompany, type Talk } from '../core/company.js'
import { endOf, sharedInstance, type TestInstance } from '../core/instance.js'
import type { TestDatabase } from '../helpers/databases.js'
import { Receiver } from '../helpers/receiver.js'

export const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000] as const

/** A company with a webhook and its receiver. */
export interface Subscription {
  company: Company
  receiver: Receiver
  id: string
  secret: string
}

/** An instance that delivers, whose time the tests move. */
export function deliveringInstance(database: Pick<TestDatabase, 'url'>) {
  const instance = sharedInstance(database, { 'webhook.allowPrivate': true })
  const receivers: Receiver[] = []
  const subscriptions: Subscription[] = []
  let delivering: AsyncDisposable | undefined
  beforeAll(() => {
    delivering = instance().core.dispatcher.start()
  })
  afterEach(async () => {
    await Promise.all(subscriptions.splice(0).map(unsubscribe))
    await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()))
  })
  afterAll(() => endOf(instance().clock, delivering?.[Symbol.asyncDispose]()))
  return {
    instance,
    async receiver(): Promise<Receiver> {
      const receiver = await Receiver.start()
      receivers.push(receiver)
      return receiver
    },
    async subscribe(given: Partial<NewWebhook> = {}): Promise<Subscription> {
      const company = await newCompany(instance())
      const receiver = await this.receiver()
      const events = given.events ?? ['message.created' as const]
      const webhook = await company.core.webhooks.add(company.admin, { url: receiver.url, ...given, events })
      const subscription = { company, receiver, id: webhook.id, secret: webhook.secret }
      subscriptions.push(subscription)
      return subscription
    },
  }
}

/** What a test leaves behind must not keep the next one busy. */
async function unsubscribe({ company }: Subscription): Promise<void> {
  const { webhooks } = company.core
  const own = (await webhooks.list(company.admin)).filter(({ configured }) => !configured)
  for (const { id } of own) await webhooks.remove(company.admin, id)
}

/** Sends numbered messages and gives their bodies. */
export async function chatter(talk: Talk, count: number, word = 'message'): Promise<string[]> {
  const bodies = Array.from({ length: count }, (_, at) => `${word} ${at + 1}`)
  for (const body of bodies) await talk.say(talk.visitor, body)
  return bodies
}

/** Moves the time on in steps until something is so, each step once the one before has had its effect. */
export async function passUntil(
  instance: TestInstance,
  what: string,
  condition: () => boolean | Promise<boolean>,
  { step = second, most = 7 * day }: { step?: number; most?: number } = {},
): Promise<number> {
  const { clock } = instance
  const begun = clock.now()
  while (!(await condition())) {
    if (clock.now() - begun > most) throw new Error(`In ${most} ms of the clock in vain: ${what}`)
    clock.advance(step)
    await delay(1)
    await settled(instance)
  }
  return clock.now() - begun
}

/** Waits until nothing is due any more, but not for receivers that never answer. */
async function settled({ context }: TestInstance): Promise<void> {
  const end = performance.now() + 300
  while (performance.now() < end) {
    if ((await context.store.read.webhooks.due(context.clock.now(), 1)).length === 0) return
    await delay(1)
  }
}
