import { instanceFile } from '../../product/instance.js'

/** The app whose visitors a bot answers. */
export const botApp = {
  id: 'app_answered',
  publishableKey: 'pk_answeredansweredanswered1',
  secretKey: 'sk_answeredansweredanswered1',
}

/** What signs the tokens of members. */
export const hostSecret = 'the secret of the host application - long enough'
export const internalSecret = 'the secret of the internal API - long enough'

/** The installation of a bench, with a second app that has a bot. */
export const plan = instanceFile.replace(
  'agents:',
  `  - id: ${botApp.id}
    name: Answered
    publishable_key: ${botApp.publishableKey}
    secret_key: ${botApp.secretKey}
    bot: {enabled: true, policy: bot_first, prompt: Answer.}
agents:`,
)
