import { beforeAll, expect, test } from 'vitest'
import { type Company, newCompany } from '../core/company.js'
import { refusal, sharedInstance } from '../core/instance.js'

const instance = sharedInstance()
let company: Company
beforeAll(async () => {
  company = await newCompany(instance())
})

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const tool = (given: object = {}) => ({
  name: 'find_order',
  description: 'Finds an order',
  parameters: { type: 'object', properties: {} },
  url: 'https://shop.example/tool',
  secret,
  ...given,
})

const wrong: [title: string, given: object, sentence: RegExp][] = [
  ['no prompt', { prompt: undefined }, /bot\.prompt/],
  ['an empty prompt', { prompt: '  ' }, /bot\.prompt/],
  ['a setting that there is not', { temprature: 1 }, /temprature/],
  ['an unknown tool', { tools: ['write_poetry'] }, /no tool "write_poetry".*transfer_to_agent/],
  ['an impossible budget', { tokenBudget: 100 }, /budget of 100 tokens is too small.* take 5\d\d/],
  [
    'a budget that the tools use up',
    { tokenBudget: 700, httpTools: [tool({ description: 'x'.repeat(900) })] },
    /too small/,
  ],
  ['a policy that there is not', { policy: 'never' }, /policy/],
  ['a temperature of a furnace', { temperature: 900 }, /temperature/],
  ['a tool with the name of a built-in one', { httpTools: [tool({ name: 'transfer_to_agent' })] }, /already/],
  ['two tools of one name', { httpTools: [tool(), tool()] }, /already/],
  ['a tool behind a file', { httpTools: [tool({ url: 'file:///etc/passwd' })] }, /https:\/\//],
  ['a tool with a weak secret', { httpTools: [tool({ secret: 'whsec_YWJj' })] }, /secret/],
  ['a tool without a schema', { httpTools: [tool({ parameters: {} })] }, /type object/],
  [
    'a tool with a schema that is none',
    { httpTools: [tool({ parameters: { type: 'object', properties: { a: { type: 'strin' } } } })] },
    /no JSON Schema/,
  ],
]

test.each(wrong)('%s is refused with a sentence', async (_, given, sentence) => {
  const before = await instance().core.bot.settings(company.owner)
  const configuring = instance().core.bot.configure(company.owner, { prompt: 'Help.', ...given })
  expect((await refusal(configuring, 'invalid_request')).message).toMatch(sentence)
  expect(await instance().core.bot.settings(company.owner)).toEqual(before)
})

test('settings of an app are refused in the same way where they are set as a whole', async () => {
  const settings = { bot: { prompt: 'Help.', tools: ['write_poetry'] } }
  const updating = instance().core.apps.update(company.owner, { settings: settings as never })
  expect((await refusal(updating, 'invalid_request')).message).toContain('write_poetry')
})

test('the secret of a tool is shown to nobody again, neither in the settings nor in the log', async () => {
  const { core } = instance()
  const shown = await core.bot.configure(company.admin, { prompt: 'Help.', httpTools: [tool()] })
  const log = await core.audit.list(company.owner, { limit: 10 })
  for (const seen of [shown, await core.bot.settings(company.admin), log])
    expect(JSON.stringify(seen)).not.toContain(secret)
  expect(log.some(({ action }) => action === 'bot.update')).toBe(true)
})

test('only those who manage an app see and set its bot', async () => {
  const { core } = instance()
  for (const person of [company.ada, company.viewer]) {
    await refusal(core.bot.settings(person), 'forbidden')
    await refusal(core.bot.configure(person, null), 'forbidden')
  }
})
