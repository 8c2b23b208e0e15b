import { z } from 'zod'
import { setting } from '../setting.js'
import { text, url } from '../values.js'

/** How devices that are not connected hear of messages. */
export const push = z.object({
  fcmServiceAccountFile: setting(
    text().optional(),
    'JSON key of a Firebase service account: wakes the apps of Android and iOS',
  ),
  fcmUrl: setting(
    url(['https', 'http']).default('https://fcm.googleapis.com'),
    'Firebase Cloud Messaging, or a proxy before it',
  ),
  fcmTokenUrl: setting(
    url(['https', 'http']).optional(),
    'Where access tokens come from; by default what the service account names',
  ),
  vapidSubject: setting(
    text().optional(),
    'Whom push services write to: mailto:… or https://…; turns on web push together with the two VAPID keys',
  ),
  vapidPublicKey: setting(
    text().optional(),
    'What browsers subscribe with; made with its private key by "replyhq keys vapid"',
  ),
})
