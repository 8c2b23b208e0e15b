import type { AppCredentials } from '../load/targets.js'

/** The app of every measurement; its keys open nothing but a temporary folder. */
export const app: AppCredentials = {
  id: 'app_bench',
  publishableKey: 'pk_benchbenchbenchbenchbench',
  secretKey: 'sk_benchbenchbenchbenchbench',
}

/** An agent who may claim. */
export const agent = { email: 'agent@bench.example', token: 'rhq_benchbenchbenchbenchbench' } as const

/** Further apps, numbered from 1. */
export const numberedApp = (number: number): AppCredentials => ({
  id: `${app.id}_${number}`,
  publishableKey: `${app.publishableKey}${number}`,
  secretKey: `${app.secretKey}${number}`,
})

/** What `replyhq admin apply` makes: the apps, and an agent of all of them. */
export const instanceFileOf = (apps: readonly AppCredentials[]): string => `
apps:${apps.map(appEntry).join('')}
agents:
  - email: ${agent.email}
    name: Bench
    password: ${agent.token}
    token: ${agent.token}
    apps: {${apps.map(({ id }) => `${id}: agent`).join(', ')}}
`

const appEntry = ({ id, publishableKey, secretKey }: AppCredentials) => `
  - id: ${id}
    name: Bench
    publishable_key: ${publishableKey}
    secret_key: ${secretKey}`

export const instanceFile = instanceFileOf([app])
