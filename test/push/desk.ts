import { afterAll, afterEach, beforeAll } from 'vitest'
import webPush from 'web-push'
import { openPush, pushGuard } from '../../src/server/adapters/push/push.js'
import type { Device } from '../../src/server/core/model.js'
import type { Delivery } from '../../src/server/core/outbox/model.js'
import { type Company, newCompany, type Talk } from '../core/company.js'
import { endOf, sharedInstance, type TestInstance } from '../core/instance.js'
import type { TestDatabase } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { Firebase } from './firebase.js'
import { Browser, PushService } from './push-service.js'

export const [second, minute] = [1_000, 60_000] as const
export const vapid = webPush.generateVAPIDKeys()
export const subject = 'mailto:push@shop.example'
const loopback = ['127.0.0.0/8']

let made = 0
export const newToken = () => `token-${++made}:APA91b_x-Y`

/** A visitor whom an agent serves, with one device that registered. */
export interface Reached {
  company: Company
  talk: Talk
  token: string
}

/** An instance that sends pushes to services of the tests, whose time the tests move. */
export function pushingInstance(database: Pick<TestDatabase, 'url'>) {
  const reported: string[] = []
  const services: { firebase?: Firebase; pushService?: PushService } = {}
  const instance = sharedInstance(database, {}, async (clock) => {
    const firebase = await new Firebase(clock.now).start()
    const pushService = await new PushService().start()
    Object.assign(services, { firebase, pushService })
    const settings = {
      fcmServiceAccountFile: firebase.accountFile(),
      fcmUrl: firebase.url,
      vapidSubject: subject,
      vapidPublicKey: vapid.publicKey,
      privateKey: vapid.privateKey,
    }
    const report = (error: unknown) => void reported.push(String(error))
    const { certificate: certificates } = pushService
    const guard = pushGuard(loopback)
    return { pushSender: await openPush(settings, { clock, guard, report, certificates }) }
  })
  let sending: AsyncDisposable | undefined
  beforeAll(() => {
    sending = instance().core.pushDispatcher.start()
  })
  afterEach(() => {
    reported.length = 0
    if (services.pushService !== undefined) services.pushService.answer = () => ({ status: 201 })
    if (services.firebase !== undefined) services.firebase.answer = () => ({ status: 200, body: {} })
  })
  afterAll(async () => {
    await endOf(instance().clock, sending?.[Symbol.asyncDispose]())
    await services.firebase?.stop()
    await services.pushService?.stop()
  })
  return {
    instance,
    reported,
    firebase: () => started(services.firebase),
    browser: () => new Browser(started(services.pushService)),
    pushService: () => started(services.pushService),
    /** A phone that is registered and not connected. */
    async reached(token = newToken(), platform = 'android'): Promise<Reached> {
      const company = await newCompany(instance())
      const talk = await company.served()
      await company.core.visitors.setPushToken(talk.visitor, token, platform)
      return { company, talk, token }
    },
  }
}

function started<Service>(service: Service | undefined): Service {
  if (service === undefined) throw new Error('The services are started before the first test, not earlier.')
  return service
}

/** Pushes of a company, the newest first. */
export const pushesOf = ({ core, admin }: Company): Promise<Delivery[]> =>
  core.deliveries.list(admin, { limit: 100 })

export async function deviceOf({ company, talk }: Reached): Promise<Device | undefined> {
  const { contacts } = company.instance.context.store.read
  return contacts.device(company.app.key, talk.visitor.deviceId)
}

/** Lets time pass, and waits until all that is due by then has been tried. */
export async function pass(instance: TestInstance, milliseconds: number): Promise<void> {
  instance.clock.advance(milliseconds)
  const { deliveries } = instance.context.store.read
  const tried = async () => (await deliveries.duePushes(instance.clock.now(), 1)).length === 0
  await until('what is due is tried', tried)
}
