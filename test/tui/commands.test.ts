import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { visibleChoices } from '../../src/tui/state/choices.js'
import { currentChat, transcriptView } from '../../src/tui/state/selectors.js'
import { visibleRows } from '../../src/tui/transcript/window.js'
import { startTestServer, type TestServer } from '../helpers/server.js'
import { agentClient, Visitor } from './desk.js'
import { textOf } from './fixtures.js'
import { HeadlessDesk } from './headless.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const HOSTILE = 'a\x1b]52;c;ZXZpbA==\x07b\u202ec'

/** What an agent may choose from now. */
function choicesOf({ state: { overlay } }: HeadlessDesk): string[] {
  return overlay?.kind === 'chooser' ? visibleChoices(overlay).map(({ label }) => label) : []
}

function textsOf({ state }: HeadlessDesk): (string | undefined)[] {
  return currentChat(state)?.entries.map(({ body, deleted }) => (deleted ? undefined : body)) ?? []
}

async function inOwnChat(name: string, scene: (desk: HeadlessDesk, visitor: Visitor) => Promise<void>) {
  await using visitor = await Visitor.comes(server.url, name, 'hello')
  await using desk = await HeadlessDesk.open(server.url)
  await desk.app.perform('accept', visitor.conversationId)
  await desk.becomes('the chat is open', (state) => currentChat(state)?.entries.length === 1)
  await scene(desk, visitor)
  await agentClient(server.url, 'ana').conversations.close(visitor.conversationId)
}

describe('An agent', () => {
  it('puts tags on a chat and takes them off', () =>
    inOwnChat('Tia', async (desk) => {
      await desk.app.perform('tag', 'vip')
      await desk.app.perform('tag', HOSTILE)
      await desk.becomes('both are on', (state) => currentChat(state)?.chat.tags.length === 2)
      expect(desk.statusLine).not.toMatch(/\p{Cc}|\p{Cf}/u)
      await desk.app.perform('tag', 'vip')
      expect(desk.statusLine).toContain('Tia has the tag “vip” already')
      await desk.app.perform('untag')
      expect(choicesOf(desk)).toContain('vip')
      await desk.app.perform('untag', 'vip')
      await desk.becomes('one is off', (state) => currentChat(state)?.chat.tags.length === 1)
      await desk.app.perform('untag', 'vip')
      expect(desk.statusLine).toContain('Tia has no tag “vip”')
      await desk.app.perform('tag', 'x'.repeat(65))
      expect(desk.state.notice?.tone).toBe('danger')
    }))

  it('puts a chat aside, finds it, and has it back when the visitor writes', () =>
    inOwnChat('Sue', async (desk, visitor) => {
      await desk.app.perform('snooze', 'yesterday')
      expect(desk.statusLine).toContain('“yesterday” is no time')
      await desk.app.perform('snooze', 'tomorrow')
      expect(desk.statusLine).toContain('Sue is put aside until tomorrow 9:00')
      expect(desk.state.mine).toEqual([])
      await desk.app.perform('snoozed')
      expect(choicesOf(desk)).toEqual(['Sue'])
      await using later = await HeadlessDesk.open(server.url)
      await later.app.perform('snoozed')
      expect(choicesOf(later)).toEqual(['Sue'])
      await visitor.says('I am back')
      await desk.becomes(
        'it is back',
        ({ mine, notice }) => mine.length === 1 && notice?.text === 'Sue is back',
      )
      await desk.app.perform('chat', visitor.conversationId)
      await desk.app.perform('snooze', '2h')
      await desk.app.perform('chat', visitor.conversationId)
      await desk.app.perform('close')
      expect(desk.statusLine).toContain('This chat is put aside: /reopen takes it up again')
      await desk.app.perform('reopen')
      await desk.becomes('it is open', ({ mine }) => mine.length === 1)
    }))

  it('changes and deletes what was sent, and nothing of others', () =>
    inOwnChat('Eve', async (desk, visitor) => {
      await desk.app.perform('edit')
      expect(desk.statusLine).toContain('There is no message of yours here that can be changed')
      await desk.sends('first')
      await desk.sends('//path')
      await desk.becomes('both are stored', () => textsOf(desk).join() === 'hello,first,/path')
      await desk.app.perform('edit')
      expect(choicesOf(desk)).toEqual(['/path', 'first'])
      const [, first, path] = currentChat(desk.state)?.entries ?? []
      await desk.app.perform('edit', path?.id)
      expect(currentChat(desk.state)?.draft.graphemes.join('')).toBe('//path')
      await desk.app.perform('escape')
      await desk.app.perform('edit', first?.id)
      await desk.sends('first, mended')
      expect(currentChat(desk.state)).toMatchObject({ editing: null, draft: { graphemes: [] } })
      await visitor.hears('first, mended')
      await desk.app.perform('edit', 'at once')
      await visitor.hears('at once')
      await desk.app.perform('remove', path?.id)
      expect(desk.state.overlay).toMatchObject({ kind: 'question', title: 'Delete' })
      await desk.app.perform('remove', `yes ${path?.id}`)
      await desk.becomes('it is gone', () => textsOf(desk)[2] === undefined)
      expect(textsOf(desk)).toEqual(['hello', 'first, mended', undefined])
    }))

  it('reaches the message that a search found, however far back it is', async () => {
    await using visitor = await Visitor.comes(server.url, 'Far', 'the Café near the lighthouse')
    for (let index = 0; index < 55; index += 1) await visitor.says(`row ${index}`)
    await using desk = await HeadlessDesk.open(server.url)
    await desk.app.perform('searchEverywhere', 'lighthouse cafe')
    expect(desk.state.overlay).toMatchObject({
      choices: [{ label: expect.stringContaining('Far'), hint: expect.stringContaining('the Café near') }],
    })
    await desk.app.perform('found', '1')
    const view = transcriptView(desk.state)
    if (!view) throw new Error('no transcript is shown')
    const rows = visibleRows(view.view, currentChat(desk.state)?.anchor ?? null, view.height).map(textOf)
    expect(rows.join('\n')).toMatch(/▸.*the Café near the lighthouse/)
    expect(rows.join('\n')).not.toContain('row 54')
    await desk.app.perform('found', '2')
    expect(desk.statusLine).toContain('There is no result 2')
    await desk.app.perform('searchEverywhere', 'unheard')
    expect(desk.statusLine).toContain('“unheard” is in no conversation')
  })

  it('saves the files of a visitor under harmless names, and copies only when asked to', () =>
    inOwnChat('Fay', async (desk, visitor) => {
      await desk.app.perform('saveFile')
      expect(desk.statusLine).toContain('There is no file in what is loaded')
      const one = await visitor.client.upload('../\u202eone.txt', new Blob(['one']))
      const two = await visitor.client.upload('two.txt', new Blob(['two']))
      await visitor.client.post(visitor.conversationId, { body: HOSTILE, attachments: [one.id, two.id] })
      await desk.becomes('the files are there', () => textsOf(desk).length === 2)
      expect(desk.copied).toEqual([])
      await desk.app.perform('saveFile')
      expect(choicesOf(desk)).toEqual(['two.txt', 'one.txt'])
      await desk.app.perform('saveFile', 'one')
      expect(desk.statusLine).toContain(`Saved: ${desk.downloads}`)
      expect(readFileSync(`${desk.downloads}/one.txt`, 'utf8')).toBe('one')
      await desk.app.perform('openFile', 'two')
      expect(desk.statusLine).toContain('No program opens files here')
      await desk.app.perform('copy', 'last')
      expect(desk.copied).toEqual(['a]52;c;ZXZpbA==bc'])
      await desk.app.perform('copy', 'phone')
      expect(desk.statusLine).toContain('There is no phone to copy here')
    }))
})
