import { LLMock } from '@copilotkit/aimock'
import { expect, test } from 'vitest'
import { newCompany } from '../core/company.js'
import { sqliteUrl } from '../helpers/databases.js'
import { botSaid, handledBy, notes, openBotInstance, plainBot } from './instance.js'

test('a conversation with a stock model server: an answer, a tool, and a person in the end', async () => {
  const mock = new LLMock({ port: 0, logLevel: 'silent' })
  mock.onMessage('opening hours', { content: 'We are open from 9 to 5. ✅ 漢字' })
  mock.addFixture({
    match: { userMessage: 'person' },
    response: {
      toolCalls: [
        {
          name: 'transfer_to_agent',
          arguments: JSON.stringify({ reason: 'asked for a person', priority: 'low' }),
        },
      ],
    },
  })
  await mock.start()
  await using instance = await openBotInstance(sqliteUrl(), `${mock.url}/v1`, true)
  await using _engine = instance.core.botEngine.start()
  try {
    const company = await newCompany(instance)
    await instance.core.bot.configure(company.owner, plainBot)
    const talk = await company.waiting()
    await talk.say(talk.visitor, 'What are your opening hours?')
    expect((await botSaid(talk)).map(({ body }) => body)).toEqual(['We are open from 9 to 5. ✅ 漢字'])
    await talk.say(talk.visitor, 'I want a person')
    const { conversation } = await handledBy(talk, 'queue')
    expect(conversation).toMatchObject({ priority: 'low', transferred: true })
    expect(await notes(talk)).toEqual([expect.stringContaining('asked for a person')])
  } finally {
    await mock.stop()
  }
})
