import { chromium } from 'playwright-core'
import { expect, test } from 'vitest'
import { browserPath, describeWith } from '../helpers/facilities.js'
import { startTestServer } from '../helpers/server.js'

describeWith('browser', 'The page of the documentation', () => {
  test('shows the routes without a word to any other server, under its own policy', async () => {
    await using server = await startTestServer()
    const browser = await chromium.launch({
      executablePath: browserPath(),
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    })
    try {
      const page = await browser.newPage()
      const asked: string[] = []
      const complaints: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      page.on('console', (line) => {
        if (line.type() === 'error') complaints.push(line.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(`${server.url}/docs`)
      await page.getByText('Begin a conversation').first().waitFor({ timeout: 15_000 })
      const own = (url: string) => url.startsWith(server.url) || /^(data|blob):/.test(url)
      expect(asked.filter((url) => !own(url))).toEqual([])
      expect(complaints).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
