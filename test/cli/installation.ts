import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../helpers/databases.js'
import { type Ended, run } from './run.js'

const plan = `
apps:
  - id: app_shop
    name: Shop
    publishable_key: pk_shop_0123456789abcdefghij
    secret_key: sk_shop_0123456789abcdefghij
    settings: {routing: manual}
    canned_replies: [{name: returns, text: Thirty days.}]
agents:
  - {email: ana@shop.example, name: Ana, password: correct horse, token: rhq_ana_0123456789abcdefghij, apps: {app_shop: owner}}
`

/** A folder with an installation made from text, and a way to run commands in it. */
export async function installation(text = plan) {
  const data = join(temporaryFolder(), 'data')
  const file = join(temporaryFolder(), 'instance.yaml')
  writeFileSync(file, text)
  const here = (...words: string[]): Promise<Ended> => run([...words, '--data', data])
  const applied = await here('admin', 'apply', '-f', file, '--yes', '--json')
  return { data, file, here, applied }
}
