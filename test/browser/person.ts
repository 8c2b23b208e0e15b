import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { browserPath } from '../helpers/facilities.js'
import type { HostUser } from './host-run.js'

/** Generous, because a busy machine is no fault of the page. */
const patience = 20_000

const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']

/** The browser that all pages of a test file share. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: browserPath(), args: ['--headless', '--no-sandbox', ...quiet] })

/** Somebody at the page of the example host, in a browser context of their own. */
export class Person implements AsyncDisposable {
  /** Errors of the console, of scripts and of the content security policy. */
  readonly complaints: string[] = []

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    context.setDefaultTimeout(patience)
    page.on('console', (line) => {
      if (line.type() === 'error') this.complaints.push(`${line.text()} (${line.location().url})`)
    })
    page.on('pageerror', (error) => this.complaints.push(error.message))
  }

  /** Opens the page, signs in with a click and waits until the chat service has greeted the page. */
  static async at(browser: Browser, url: string, user: HostUser): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 900, height: 700 } })
    const person = new Person(context, await context.newPage())
    await person.page.goto(url)
    await person.signIn(user)
    return person
  }

  async signIn(user: HostUser): Promise<void> {
    await this.page.getByRole('button', { name: user.name, exact: true }).click()
    await this.connected()
  }

  /** Waits for the page that asks who somebody is. */
  async signedOut(): Promise<void> {
    await this.page.getByRole('heading', { name: 'Who are you today?' }).waitFor()
  }

  async connected(): Promise<void> {
    await this.page.locator('#connection[data-status="connected"]').waitFor()
  }

  /** The entry of a conversation in the list. */
  entry(title: string): Locator {
    return this.page
      .locator('#conversations button')
      .filter({ has: this.page.getByText(title, { exact: true }) })
  }

  async open(title: string): Promise<void> {
    await this.entry(title).click()
    await this.page.getByRole('heading', { name: title, exact: true }).waitFor()
  }

  /** Begins a conversation from the dialog: with one person a direct one, with several a group. */
  async begin(names: readonly string[], title?: string): Promise<void> {
    await this.page.getByRole('button', { name: 'New conversation' }).click()
    for (const name of names) await this.page.getByRole('checkbox', { name, exact: true }).check()
    if (title !== undefined) await this.page.getByLabel('Name of the group').fill(title)
    await this.page.getByRole('button', { name: 'Begin', exact: true }).click()
    await this.page.getByRole('heading', { name: title ?? names[0], exact: true }).waitFor()
  }

  get text(): Locator {
    return this.page.getByLabel('Write a message')
  }

  async send(content: string): Promise<void> {
    await this.text.fill(content)
    await this.text.press('Enter')
    await this.message(content)
      .filter({ hasNot: this.page.getByText('Sending …') })
      .waitFor()
  }

  /** The entry of a message that says exactly this. */
  message(content: string): Locator {
    const { page } = this
    return page.locator('.message').filter({ has: page.locator('.text', { hasText: exactly(content) }) })
  }

  /** Presses a button among those that a message shows. */
  async act(content: string, button: string): Promise<void> {
    const message = this.message(content)
    await message.hover()
    await message.getByRole('button', { name: button, exact: true }).click()
  }

  /** Waits for words anywhere in the conversation on the screen. */
  async sees(words: string): Promise<void> {
    await this.page.locator('#thread').getByText(words, { exact: true }).first().waitFor()
  }

  async confirm(): Promise<void> {
    await this.page.locator('#confirm-yes').click()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close()
  }
}

const exactly = (words: string) => new RegExp(`^${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)
