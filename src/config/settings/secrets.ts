import { z } from 'zod'
import { setting } from '../setting.js'
import { secret, secrets as severalSecrets } from '../values.js'

/** The secrets that an operator may set; those left out are made once, see `provideSecrets`. */
export const secrets = z.object({
  adminPassword: setting(secret(8).optional(), 'Password of the owner made at the first start', {
    sensitive: true,
  }),
  jwtAccessSecret: setting(secret(32).optional(), 'Signs access tokens', { sensitive: true }),
  jwtRefreshSecret: setting(secret(32).optional(), 'Signs refresh tokens', { sensitive: true }),
  linkSecret: setting(secret(32).optional(), 'Signs the links of attachments', { sensitive: true }),
  authJwtSecret: setting(
    severalSecrets(32).optional(),
    'Verifies the tokens (HS256) in which your application says who its users are; several, parted by commas, while it is rotated',
    { sensitive: true },
  ),
  internalApiSecret: setting(
    secret(32).optional(),
    'Opens the internal API, by which your application synchronises its users; without it there is none',
    { sensitive: true },
  ),
  webhookSecret: setting(
    secret(16).optional(),
    'Signs what goes to WEBHOOK_URL: whsec_ with base64 behind it, or any text',
    { sensitive: true },
  ),
  pushVapidPrivateKey: setting(secret(40).optional(), 'Signs web push; belongs to PUSH_VAPID_PUBLIC_KEY', {
    sensitive: true,
  }),
  metricsToken: setting(secret(16).optional(), 'Opens /metrics to programs on other machines', {
    sensitive: true,
  }),
  openaiApiKey: setting(secret(1).optional(), 'Lets bots use the model; without it there are none', {
    sensitive: true,
  }),
})
