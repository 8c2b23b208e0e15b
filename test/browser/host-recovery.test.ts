import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../helpers/facilities.js'
import { HostRun } from './host-run.js'
import { launchBrowser, Person } from './person.js'

// Each test has people of its own, so that none sees the conversations of another.
const ana = { id: 'ana', name: 'Ana Lima' }
const ben = { id: 'ben', name: 'Ben Okafor' }
const dora = { id: 'dora', name: 'Dora Voss' }
const eli = { id: 'eli', name: 'Eli Stern' }

describeWith('browser', 'The page of the example host, when the connection is lost', () => {
  let host: HostRun
  let browser: Browser

  beforeAll(async () => {
    const briefly = { TOKEN_SECONDS: '3' }
    ;[host, browser] = await Promise.all([HostRun.start([ana, ben, dora, eli], briefly), launchBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await host?.[Symbol.asyncDispose]()
  })

  const at = (user: typeof ana) => Person.at(browser, host.url, user)

  test('sends what was written while the chat was out of reach, and fetches what was missed', async () => {
    const other = await host.signIn(ben.id)
    const id = await other.begin({ type: 'direct', participantIds: [ana.id] })
    await using away = await at(ana)
    await away.open(ben.name)
    host.network.refusing = true
    host.network.cut()
    await away.page.locator('#connection[data-status="offline"]').waitFor()
    await other.write(id, 'Are you there?')
    await away.text.fill('I am in a tunnel')
    await away.text.press('Enter')
    await away.page.getByText('Sending …').waitFor()
    host.network.refusing = false
    await away.sees('Are you there?')
    await away.sees('Sent')
    const page = await other.call<{ data: { content: string }[] }>('GET', `/api/conversations/${id}/messages`)
    expect(page.body.data.map(({ content }) => content)).toEqual(['Are you there?', 'I am in a tunnel'])
  })

  test('comes again with another token when one has run out, until the person is signed out', async () => {
    await using member = await at(dora)
    await member.begin([eli.name])
    await member.page.locator('#connection[data-status="offline"]').waitFor()
    await member.connected()
    await member.send('Still here')
    expect(await member.page.locator('#notice').isVisible()).toBe(false)
    await member.context.clearCookies()
    await member.page.getByRole('heading', { name: 'Who are you today?' }).waitFor()
  })
})
