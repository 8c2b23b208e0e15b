import { ConfigError } from '../../../config.js'
import type { PushAddress, PushAnswer, PushSender } from '../../core/ports/push-sender.js'
import { type AddressGuard, addressGuard } from '../outbound/addresses.js'
import { refuses } from '../outbound/post.js'
import type { PushTools, Service } from './service.js'

/** What an operator set; the names are those of the settings. */
export interface PushSettings {
  fcmServiceAccountFile?: string
  fcmUrl: string
  fcmTokenUrl?: string
  vapidSubject?: string
  vapidPublicKey?: string
  /** The one that belongs to `vapidPublicKey`. */
  privateKey?: string
}

/** Where subscriptions of browsers may lead to: visitors name these addresses. */
export const pushGuard = (privateNetworks: readonly string[]): AddressGuard => addressGuard(privateNetworks)

/** Sends nothing; what devices register is checked nevertheless. */
export const noPush = (guard: AddressGuard): PushSender => senderOf(guard, {}, null)

/** The services that are configured. Throws ConfigError where a setting cannot work. */
export async function openPush(settings: PushSettings, tools: PushTools): Promise<PushSender> {
  const { vapidPublicKey = null } = settings
  const [fcm, web] = await Promise.all([openFirebase(settings, tools), openWebPush(settings, tools)])
  return senderOf(tools.guard, { fcm, web }, web === undefined ? null : vapidPublicKey)
}

interface Services {
  fcm?: Service<'fcm'>
  web?: Service<'web'>
}

function senderOf(guard: AddressGuard, { fcm, web }: Services, vapidPublicKey: string | null): PushSender {
  const serves = (kind: PushAddress['kind']) => (kind === 'fcm' ? fcm : web) !== undefined
  return {
    enabled: fcm !== undefined || web !== undefined,
    vapidPublicKey,
    serves,
    refuses: (url) => refuses(guard, url),
    send: async (address, push, signal) => {
      const answer = address.kind === 'fcm' ? fcm?.(address, push, signal) : web?.(address, push, signal)
      return (await answer) ?? notConfigured
    },
  }
}

const notConfigured: PushAnswer = {
  outcome: 'failed',
  status: null,
  error: 'The service that reaches this device is configured no longer.',
  retryAfter: null,
  body: null,
}

async function openFirebase(settings: PushSettings, tools: PushTools): Promise<Service<'fcm'> | undefined> {
  const { fcmServiceAccountFile: file, fcmUrl, fcmTokenUrl } = settings
  if (file === undefined) return undefined
  const [{ readServiceAccount }, { firebase }] = await Promise.all([
    import('./service-account.js'),
    import('./fcm.js'),
  ])
  const account = await readServiceAccount(file)
  return firebase({ ...account, tokenUrl: fcmTokenUrl ?? account.tokenUrl }, fcmUrl, tools)
}

async function openWebPush(settings: PushSettings, tools: PushTools): Promise<Service<'web'> | undefined> {
  const { vapidSubject: subject, vapidPublicKey: publicKey, privateKey } = settings
  if (subject === undefined && publicKey === undefined && privateKey === undefined) return undefined
  if (subject === undefined || publicKey === undefined || privateKey === undefined)
    throw new ConfigError([
      'Web push needs PUSH_VAPID_SUBJECT, PUSH_VAPID_PUBLIC_KEY and PUSH_VAPID_PRIVATE_KEY together: "replyhq keys vapid" makes the keys.',
    ])
  const { webPushService } = await import('./web-push.js')
  return webPushService({ subject, publicKey, privateKey }, tools)
}
