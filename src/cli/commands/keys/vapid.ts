import type { Cli } from '../../cli.js'
import { command } from '../../command.js'

export function vapidKeys(cli: Cli) {
  return command('vapid', 'Make a pair of keys for web push; nothing is stored', [
    'keys vapid',
    'keys vapid >> .env',
  ]).action(async () => {
    const { default: webPush } = await import('web-push')
    const { publicKey, privateKey } = webPush.generateVAPIDKeys()
    const lines = [`PUSH_VAPID_PUBLIC_KEY=${publicKey}`, `PUSH_VAPID_PRIVATE_KEY=${privateKey}`]
    cli.out.result({ public_key: publicKey, private_key: privateKey }, () => lines.join('\n'))
    cli.out.note(
      'Keep them: with others every browser has to subscribe again. PUSH_VAPID_SUBJECT goes with them.',
    )
  })
}
