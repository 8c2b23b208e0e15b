import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAdminClient } from '../../src/client/index.js'
import { agentOf } from '../client/helpers/people.js'
import { describeWith } from '../helpers/facilities.js'
import { people } from '../helpers/seed.js'
import { until } from '../helpers/until.js'
import { HostRun } from './host-run.js'
import { launchBrowser, Person } from './person.js'

// Each test has people of its own, so that none sees the conversations of another.
const named = (id: string, name: string) => ({ id, name })
const ana = named('ana', 'Ana Lima')
const ben = named('ben', 'Ben Okafor')
const dora = named('dora', 'Dora Voss')
const eli = named('eli', 'Eli Stern')
const finn = named('finn', 'Finn Aalto')
const mallory = named('mallory', '<img src=x onerror="document.title=1">')
const gus = named('gus', 'Gus Berg')
const hana = named('hana', 'Hana Ito')
const ivo = named('ivo', 'Ivo Kral')

describeWith('browser', 'The example host', () => {
  let host: HostRun
  let browser: Browser

  beforeAll(async () => {
    const all = [ana, ben, dora, eli, finn, mallory, gus, hana, ivo]
    ;[host, browser] = await Promise.all([HostRun.start(all), launchBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await host?.[Symbol.asyncDispose]()
  })

  const at = (user: typeof ana) => Person.at(browser, host.url, user)

  test('lets two people talk live: presence, unread, receipts, typing, recording, edits, reactions, replies', async () => {
    await using first = await at(ana)
    await first.begin([ben.name])
    await first.sees('Offline')
    await using second = await at(ben)
    await first.sees('Online')

    await first.send('Good morning')
    await second.entry(ana.name).locator('.badge', { hasText: '1' }).waitFor()
    await first.sees('Sent')
    await second.open(ana.name)
    await second.sees('Good morning')
    await second.entry(ana.name).locator('.badge').waitFor({ state: 'detached' })
    await first.sees(`Read by ${ben.name}`)

    await Promise.all([first.sees(`${ben.name} is typing …`), second.text.pressSequentially('Hi')])
    await second.text.fill('')
    await first.page.locator('#activity', { hasText: /^$/ }).waitFor({ state: 'attached' })
    const record = second.page.getByRole('button', { name: /Hold to show/ })
    await record.hover()
    await second.page.mouse.down()
    await first.sees(`${ben.name} is recording …`)
    await second.page.mouse.up()
    await first.page.locator('#activity', { hasText: /^$/ }).waitFor({ state: 'attached' })

    await first.act('Good morning', 'Edit')
    await first.text.press('Escape')
    expect(await first.text.inputValue()).toBe('')
    await first.act('Good morning', 'Edit')
    await first.text.fill('Good afternoon')
    await first.text.press('Enter')
    await second.message('Good afternoon').getByText('edited').waitFor()

    await second.act('Good afternoon', 'React with 👍')
    const reaction = first.message('Good afternoon').getByRole('button', { name: `👍 1, by ${ben.name}` })
    await reaction.click()
    await second.message('Good afternoon').getByRole('button', { name: /^👍 2/ }).click()
    await first.message('Good afternoon').getByRole('button', { name: '👍 1, by you' }).waitFor()

    await second.act('Good afternoon', 'Reply')
    await second.send('To you, too')
    await first
      .message('To you, too')
      .locator('.quote', { hasText: 'You' })
      .getByText('Good afternoon')
      .waitFor()

    await second.act('To you, too', 'Delete')
    await second.confirm()
    await first.sees('This message was deleted.')

    await first.page.locator('#remove').click()
    await first.confirm()
    await first.entry(ben.name).waitFor({ state: 'detached' })
    await second.send('One more thing')
    await first.entry(ben.name).locator('.badge', { hasText: '1' }).waitFor()
    await first.open(ben.name)
    await first.sees('One more thing')
    expect(await first.message('Good afternoon').count()).toBe(0)

    await second.context.close()
    await first.page.getByText(/^Last seen today at/).waitFor()
    expect([...first.complaints, ...second.complaints]).toEqual([])
  })

  test('shows a group to whom it concerns, from the moment of being added to that of being removed', async () => {
    await using owner = await at(dora)
    await using member = await at(eli)
    await using late = await at(finn)
    await owner.begin([eli.name, mallory.name], 'Garden party')
    await owner.send('Who brings the cake?')
    await member.open('Garden party')
    await member.send('I do')
    await owner.sees(`Read by ${eli.name}`)

    await owner.page.getByRole('button', { name: 'Members' }).click()
    await owner.page.getByLabel('Add somebody').selectOption({ label: finn.name })
    await owner.page.getByRole('button', { name: 'Add', exact: true }).click()
    await late.open('Garden party')
    await late.sees('Who brings the cake?')
    await late.send('And I bring the plates')
    await member.sees('And I bring the plates')
    await member.page.getByText(/^4 members, 3 online$/).waitFor()

    await owner.page.getByRole('button', { name: `Remove ${finn.name}` }).click()
    await late.entry('Garden party').waitFor({ state: 'detached' })
    await late.page.getByText('Choose a conversation').waitFor()
    await member.page.getByText(/^3 members, 2 online$/).waitFor()
    await member.page.getByRole('button', { name: 'Members' }).click()
    await member.page.getByRole('button', { name: 'Leave the group' }).click()
    await member.entry('Garden party').waitFor({ state: 'detached' })
    await owner.page.locator('#member-list').getByText(eli.name).waitFor({ state: 'detached' })
    await owner.page.getByRole('button', { name: 'Close' }).click()
    await owner.page.locator('#remove').click()
    await owner.confirm()
    await owner.entry('Garden party').waitFor({ state: 'detached' })
    expect([...owner.complaints, ...member.complaints, ...late.complaints]).toEqual([])
  })

  test('shows hostile names and messages as the text that they are', async () => {
    const hostile = '<script>document.title=2</script><b>bold</b> javascript:alert(3) &lt;i&gt;'
    const title = '"><svg onload=document.title=4>'
    const attacker = await host.signIn(mallory.id)
    await using victim = await at(hana)
    const id = await attacker.begin({ type: 'group', participantIds: [hana.id, ivo.id], title })
    await attacker.write(id, hostile)
    await victim.open(title)
    await victim.message(hostile).waitFor()
    await victim.sees(mallory.name)
    await victim.act(hostile, 'Reply')
    await victim.send('"><iframe srcdoc=1>')
    await victim.page.getByRole('button', { name: 'Members' }).click()
    await victim.page.getByRole('dialog').getByText(mallory.name).waitFor()
    const foreign = victim.page.locator('b, img, iframe, script:not(head *), svg')
    expect(await foreign.count()).toBe(0)
    expect(await victim.page.title()).toBe('Messages')
    expect(victim.complaints).toEqual([])
  })

  test('brings who asks support from a small screen into the queue, and the answer back', async () => {
    await using member = await at(gus)
    await member.page.setViewportSize({ width: 360, height: 640 })
    await member.page.getByRole('button', { name: 'Ask support' }).click()
    await member.page.getByRole('heading', { name: 'Support' }).waitFor()
    await member.send('Where is my parcel?')
    await member.page.getByText(/^Waiting, number \d+ in the queue$/).waitFor()

    const agent = createAdminClient({ url: host.chat.url, token: people.ana.token })
    const waiting = await until('the member waits', async () => (await agent.queue.list()).items[0], {
      deadline: 30_000,
    })
    await agent.conversations.claim(waiting.conversation_id)
    await agent.conversations.post(waiting.conversation_id, { body: 'It arrives today.' })
    await member.message('It arrives today.').waitFor()
    await member.page.getByText('With Ana', { exact: true }).waitFor()
    using colleague = agentOf(host.chat, 'olga')
    await colleague.live.conversation(waiting.conversation_id).ready
    colleague.live.typing(waiting.conversation_id, true)
    await member.sees('Ana is typing …')
    expect(await member.page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    await member.page.getByRole('button', { name: 'Back to the conversations' }).click()
    await member.entry('Support').getByText('It arrives today.').waitFor()
    expect(member.complaints).toEqual([])
  })
})
