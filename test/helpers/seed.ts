import { type Config, type InstanceSecrets, loadConfig, provideSecrets } from '../../src/config.js'
import { createLoggers, type Loggers } from '../../src/logger.js'
import { type Overrides, openInstance } from '../../src/server/context.js'
import { migrate } from '../../src/server/store/migrate.js'
import { temporaryFolder } from './databases.js'

/** The app that every test server has. */
export const shop = {
  id: 'app_shop',
  name: 'Shop',
  publishableKey: 'pk_shop_0123456789abcdefghijkl',
  secretKey: 'sk_shop_0123456789abcdefghijkl',
  identitySecret: 'identity secret of the shop, 32 bytes',
} as const

/** Another tenant, for tests that one sees nothing of the other. */
export const rival = {
  id: 'app_rival',
  name: 'Rival',
  publishableKey: 'pk_rival_0123456789abcdefghijk',
  secretKey: 'sk_rival_0123456789abcdefghijk',
  identitySecret: 'identity secret of the rival, 32 bytes',
} as const

const person = (name: string) => ({
  name,
  email: `${name.toLowerCase()}@shop.example`,
  token: `rhq_${name.toLowerCase()}_0123456789abcdefghijkl`,
})

/** Agents of the shop by what they may do; Rita owns the rival. Ana's password is `anas-password`. */
export const people = {
  olga: { ...person('Olga'), apps: { [shop.id]: 'owner' } },
  adam: { ...person('Adam'), apps: { [shop.id]: 'admin' } },
  ana: { ...person('Ana'), password: 'anas-password', apps: { [shop.id]: 'agent' } },
  ben: { ...person('Ben'), apps: { [shop.id]: 'agent' } },
  vera: { ...person('Vera'), apps: { [shop.id]: 'viewer' } },
  rita: { ...person('Rita'), apps: { [rival.id]: 'owner' } },
} as const

/** A configured installation that is not running. */
export interface Installation {
  readonly data: string
  readonly environment: Readonly<Record<string, string>>
  readonly config: Config
  readonly secrets: InstanceSecrets
  readonly loggers: Loggers
}

export interface InstallationOptions {
  /** As `postgresUrl()` or `sqliteUrl()` give it; SQLite in the data folder when left out. */
  readonly databaseUrl?: string
  /** Settings as variables, such as `{ REPLYHQ_LIMITS_MESSAGE_LENGTH: '10' }`. */
  readonly environment?: Readonly<Record<string, string>>
  readonly overrides?: Overrides
}

// Tests are faster than any person: limits on pace are out of the way unless a test sets them.
const unhurried = {
  REPLYHQ_PORT: '0',
  REPLYHQ_LOG_LEVEL: 'silent',
  REPLYHQ_LIMITS_VISITOR_MESSAGES: '100000',
  REPLYHQ_LIMITS_DEVICE_REQUESTS: '100000',
}

/** Makes an installation in a temporary folder, with the apps and people above. */
export async function makeInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const data = temporaryFolder()
  const environment = {
    ...unhurried,
    REPLYHQ_DATA: data,
    ...(options.databaseUrl === undefined ? {} : { REPLYHQ_DATABASE_URL: options.databaseUrl }),
    ...options.environment,
  }
  // Nothing of the developer's own settings may reach a test.
  const { config, secrets: given } = loadConfig({ env: environment, cwd: data, home: data, system: data })
  const secrets = provideSecrets(data, given)
  const loggers = createLoggers({ level: config.logLevel })
  await migrate(config.databaseUrl)
  const instance = await openInstance(config, secrets, loggers, options.overrides)
  const agents = Object.values(people).map((agent) => ({ ...agent, apps: { ...agent.apps } }))
  await instance.core.provision({ apps: [{ ...shop }, { ...rival }], agents }, false)
  await instance[Symbol.asyncDispose]()
  return { data, environment, config, secrets, loggers }
}
