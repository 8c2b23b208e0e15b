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
const finn = { id: 'finn', name: 'Finn Aalto' }
const gus = { id: 'gus', name: 'Gus Berg' }
const hana = { id: 'hana', name: 'Hana Ito' }

interface Stored {
  readonly data: readonly { readonly senderId: string; readonly content: string }[]
}

describeWith('browser', 'The page of the example host, when the connection is lost', () => {
  let host: HostRun
  let browser: Browser

  beforeAll(async () => {
    const briefly = { TOKEN_SECONDS: '3' }
    const all = [ana, ben, dora, eli, finn, gus, hana]
    ;[host, browser] = await Promise.all([HostRun.start(all, briefly), launchBrowser()])
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
    await member.signedOut()
  })

  test('keeps what waits when the session ends, and sends it once, in order, for the same person alone', async () => {
    const other = await host.signIn(hana.id)
    const id = await other.begin({ type: 'group', participantIds: [finn.id, gus.id], title: 'Picnic' })
    const stored = async () => {
      const page = await other.call<Stored>('GET', `/api/conversations/${id}/messages`)
      return page.body.data.map(({ senderId, content }) => `${senderId}: ${content}`)
    }
    await using person = await at(finn)
    await person.open('Picnic')
    host.network.refusing = true
    host.network.cut()
    await person.page.locator('#connection[data-status="offline"]').waitFor()
    for (const content of ['Bread', 'Cheese', 'Apples']) {
      await person.text.fill(content)
      await person.text.press('Enter')
      await person.message(content).getByText('Sending …').waitFor()
    }
    await person.context.clearCookies()
    host.network.refusing = false
    await person.signedOut()

    await person.signIn(gus)
    await person.open('Picnic')
    await person.send('I bring a blanket')
    expect(await person.message('Bread').count()).toBe(0)
    expect(await stored()).toEqual(['gus: I bring a blanket'])
    await person.page.getByRole('button', { name: 'Sign out' }).click()
    await person.signedOut()

    const all = ['gus: I bring a blanket', 'finn: Bread', 'finn: Cheese', 'finn: Apples']
    await person.signIn(finn)
    await person.open('Picnic')
    await person.page.waitForFunction('localStorage.length === 0')
    expect(await stored()).toEqual(all)
    await person.page.reload()
    await person.connected()
    await person.open('Picnic')
    await person.message('Apples').waitFor()
    expect(await person.page.locator('.message').count()).toBe(4)
    expect(await stored()).toEqual(all)
  })
})
