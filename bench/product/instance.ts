import type { AppCredentials } from '../load/targets.js'

/** The app of every measurement; its keys open nothing but a temporary folder. */
export const app: AppCredentials = {
  id: 'app_bench',
  publishableKey: 'pk_benchbenchbenchbenchbench',
  secretKey: 'sk_benchbenchbenchbenchbench',
}

/** An agent who may claim. */
export const agent = { email: 'agent@bench.example', token: 'rhq_benchbenchbenchbenchbench' } as const

/** What `replyhq admin apply` makes. */
export const instanceFile = `
apps:
  - id: ${app.id}
    name: Bench
    publishable_key: ${app.publishableKey}
    secret_key: ${app.secretKey}
agents:
  - email: ${agent.email}
    name: Bench
    password: ${agent.token}
    token: ${agent.token}
    apps: {${app.id}: agent}
`
