import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createVisitorClient } from '../../src/client/index.js'
import { loadConfig, provideSecrets } from '../../src/config.js'
import { createLoggers } from '../../src/logger.js'
import { start } from '../../src/server/main.js'
import { ModelServer, type Scripts } from '../bot/model-server.js'
import { until } from '../helpers/until.js'
import { installation } from './installation.js'

const apiKey = 'pk_shop_0123456789abcdefghij'

const plan = (bot: string) => `
apps:
  - id: app_shop
    name: Shop
    publishable_key: ${apiKey}
    secret_key: sk_shop_0123456789abcdefghij
    bot: ${bot}
`

/** An installation with a bot whose model is a server that a test scripts. Dispose of it with `await using`. */
export async function botInstallation(scripts: Scripts, bot = '{prompt: You help the customers of a shop.}') {
  const model = await ModelServer.start(scripts)
  const made = await installation(plan(bot))
  writeFileSync(join(made.data, 'model-key'), 'sk-of-the-model')
  pointAt(made.data, model.url)
  return { ...made, model, [Symbol.asyncDispose]: () => model[Symbol.asyncDispose]() }
}

/** Lets the installation think with the endpoint at an address. */
export function pointAt(data: string, url: string): void {
  const settings = [
    `openai: {base_url: ${url}}`,
    `openai_api_key_file: ${join(data, 'model-key')}`,
    'bot: {attempts: 2}',
    'outbound: {private_networks: [127.0.0.0/8]}',
  ]
  writeFileSync(join(data, 'replyhq.yaml'), settings.join('\n'))
}

/** A server over a data folder, in this process, on a free port or the one that is named. */
export function serve(data: string, port = 0) {
  const { config, secrets } = loadConfig({
    flags: { data, port },
    env: {},
    cwd: data,
    home: data,
    system: data,
  })
  return start({
    config,
    secrets: provideSecrets(data, secrets),
    loggers: createLoggers({ level: 'silent' }),
  })
}

/** Has a new visitor ask things, one after another, each once the bot has answered the one before. */
export async function ask(url: string, questions: readonly string[]): Promise<string> {
  const visitor = createVisitorClient({ url, apiKey, appId: 'app_shop', deviceId: crypto.randomUUID() })
  const { id } = await visitor.start()
  for (const [index, body] of questions.entries()) {
    await visitor.post(id, { body, local_id: crypto.randomUUID() })
    await until('the bot answers', async () => {
      const { messages } = await visitor.messages(id)
      return messages.filter(({ sender }) => sender === 'bot').length > index
    })
  }
  return id
}
