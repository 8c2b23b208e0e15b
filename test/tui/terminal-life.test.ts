import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, vi } from 'vitest'
import { temporaryFolder } from '../helpers/databases.js'
import { describeWith } from '../helpers/facilities.js'
import { people, startTestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { inChat } from './chat.js'
import { openDesk, tuiProgram, Visitor } from './desk.js'

const run = promisify(execFile)

// Each test starts a server and a program or two: on a machine that is busy that takes its time.
vi.setConfig({ testTimeout: 60_000 })

describeWith('terminal', 'The terminal UI', () => {
  it('asks for a login, shows no password, and keeps the login where only its owner can read', async () => {
    await using server = await startTestServer()
    const home = temporaryFolder()
    {
      await using desk = await openDesk(server.url, {
        as: null,
        home,
        arguments: ['--email', people.ana.email],
      })
      await desk.shows(/Log in to ReplyHQ[\s\S]*ana@shop\.example/)
      await desk.type('wrong')
      expect(await desk.shows('•••••')).not.toContain('wrong')
      await desk.press('Enter')
      await desk.shows(/password/)
      await desk.press('C-u')
      await desk.type(people.ana.password)
      await desk.press('Enter')
      await desk.shows(/Ana ● online/)
      await desk.press('C-q')
      await desk.shows('exit 0')
    }
    expect(statSync(join(home, 'state/replyhq/session.json')).mode & 0o777).toBe(0o600)
    await using again = await openDesk(server.url, { as: null, home })
    await again.shows(/Ana ● online/)
    await again.type('/')
    await again.press('C-k')
    await again.type('log out')
    await again.press('Enter')
    await again.shows('exit 0')
    await using third = await openDesk(server.url, { as: null, home })
    await third.shows('Log in to ReplyHQ')
  })

  it('fits itself to the window', async () => {
    await using server = await startTestServer()
    await using visitor = await Visitor.comes(server.url, 'Bo', 'hello')
    await using desk = await openDesk(server.url)
    await desk.shows(/├ ▸?Queue \(1\) ─+┬ Chat ─+┬ Visitor F2 ─+┤/)
    await desk.press('C-g')
    await desk.shows('You have Bo now')
    await desk.resize(100, 30)
    await desk.shows(/├ Queue \(0\) ─+┬ #\w{4} Bo ─+┤/)
    await desk.press('F2')
    await desk.shows(/├ Visitor F2 ─+┬ #\w{4} Bo ─+┤/)
    await desk.press('F2')
    await desk.resize(70, 24)
    await desk.shows(/├ Mine \(1\) ─+┬ #\w{4} Bo ─+┤/)
    await desk.resize(50, 20)
    await desk.shows('too small')
    await desk.resize(140, 40)
    await desk.shows(/├ Queue \(0\) ─+┬ #\w{4} Bo ─+┬ Visitor F2 ─+┤/)
    await visitor.says('still there?')
    await desk.shows('still there?')
  })

  it('asks before it takes a long paste, and takes a short one at once', () =>
    inChat(async ({ visitor, desk }) => {
      await desk.paste('one\ntwo')
      await desk.shows(/Reply[\s\S]*one[\s\S]*two/)
      await desk.paste('\n1\n2\n3\n4\n5\n6')
      await desk.shows('Paste 7 lines into the composer?')
      await desk.press('n')
      await desk.hides('Paste 7 lines')
      await desk.press('Enter')
      await visitor.hears('one\ntwo')
    }))

  it('lets the agent write in their editor', async () => {
    const editor = join(temporaryFolder(), 'editor.sh')
    writeFileSync(editor, '#!/bin/sh\nprintf "from the editor" >> "$1"\n', { mode: 0o755 })
    await inChat(
      async ({ visitor, desk }) => {
        await desk.type('text ')
        await desk.press('C-x', 'C-e')
        await desk.shows(/Queue \(0\)[\s\S]*text from the editor/)
        await desk.press('Enter')
        await visitor.hears('text from the editor')
      },
      { environment: { EDITOR: editor } },
    )
  })

  it('opens the palette and the help, both made from the table of keys', async () => {
    await using server = await startTestServer()
    await using desk = await openDesk(server.url)
    await desk.shows('connected')
    await desk.press('C-k')
    await desk.type('avail')
    await desk.shows(/Availability: online or away +F4 {2}\/availability/)
    await desk.press('Enter')
    await desk.shows('You are away')
    await desk.press('F1')
    await desk.shows(/Ctrl-G +Accept the next/)
    await desk.press('Escape')
    await desk.hides('Accept the next')
  })

  it('tells where the pointer is: a click chooses, the wheel scrolls', async () => {
    await using server = await startTestServer()
    await using visitor = await Visitor.comes(
      server.url,
      'Bo',
      Array.from({ length: 60 }, (_, i) => `line ${i}`).join('\n'),
    )
    await using desk = await openDesk(server.url)
    await desk.shows('Queue (1)')
    await desk.click(5, 2)
    await desk.shows(/line 59[\s\S]*waits in the queue: accept it first/)
    await desk.wheelUp(60, 10)
    await desk.shows(/↓ 3 more rows/)
    expect(visitor.conversationId).not.toBe('')
  })

  it('takes other keys from the settings of the agent', async () => {
    await using server = await startTestServer()
    const home = temporaryFolder()
    mkdirSync(join(home, 'config/replyhq'), { recursive: true })
    writeFileSync(join(home, 'config/replyhq/tui.yaml'), 'keys:\n  availability: [F8, Ctrl-X a]\n')
    await using desk = await openDesk(server.url, { home })
    await desk.shows('connected')
    await desk.press('F4', 'F8')
    await desk.shows('You are away')
    await desk.press('C-x', 'a')
    await desk.shows('You are online')
  })

  it('counts unread messages in the title of the window while it has no focus', () =>
    inChat(async ({ visitor, desk }) => {
      // What is typed behind it shows that the program has heard that the window lost the focus.
      await desk.type('\x1b[Owait')
      await desk.shows(/Reply[\s\S]*wait/)
      await visitor.says('are you there?')
      await desk.shows(/━ new ━[\s\S]*are you there\?/)
      await until('the title counts', async () => (await desk.format('pane_title')) === '(1) ReplyHQ')
      await desk.type('\x1b[I')
      await until('the title is plain', async () => (await desk.format('pane_title')) === 'ReplyHQ')
    }))

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('restores the terminal on %s and ends with %i', async (signal, code) => {
    await using server = await startTestServer()
    await using desk = await openDesk(server.url)
    await desk.shows('connected')
    expect(await desk.format('alternate_on')).toBe('1')
    process.kill(await desk.processId(), signal)
    await desk.shows(`exit ${code}`)
    expect(await desk.format('alternate_on')).toBe('0')
    expect(await desk.format('mouse_any_flag')).toBe('0')
    expect(await desk.format('cursor_flag')).toBe('1')
  })

  it('asks before it leaves open chats, and leaves on Ctrl-C twice', () =>
    inChat(async ({ visitor, desk }) => {
      await desk.press('C-q')
      await desk.shows('1 chat is still open. Leave all the same?')
      await desk.press('n')
      await desk.hides('Leave all the same')
      // Both at once, as they count only within two seconds of the program.
      await desk.press('C-c', 'C-c')
      await desk.shows(/Leave all the same\?[\s\S]*Ctrl-C once more leaves/)
      await desk.press('y')
      await desk.shows('exit 0')
      expect(visitor.conversationId).not.toBe('')
    }))

  it('restores the terminal before it tells an error of its own, and ends with 70', async () => {
    await using server = await startTestServer()
    const home = temporaryFolder()
    writeFileSync(join(home, 'state'), 'a file where a folder belongs')
    await using desk = await openDesk(server.url, { home })
    const screen = await desk.shows('exit 70')
    expect(screen).toMatch(/replyhq: internal error: [\s\S]*ENOTDIR/)
    expect(await desk.format('alternate_on')).toBe('0')
  })

  it('uses no colours when NO_COLOR is set', async () => {
    await using server = await startTestServer()
    await using desk = await openDesk(server.url, { environment: { NO_COLOR: '1' } })
    await desk.shows('connected')
    expect(await desk.rawScreen()).not.toMatch(/␛\[(?:\d+;)*(?:3[0-7]|4[0-7]|9[0-7]|[34]8;5;\d+)m/)
  })

  it('refuses what is no terminal, and names the line mode', async () => {
    const { command, environment } = tuiProgram('http://127.0.0.1:9')
    const [program = '', ...rest] = command
    const failed = run(program, rest, { env: { PATH: process.env.PATH, ...environment } })
    await expect(failed).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--plain') })
  })

  it('tells a server that is not there by its exit code', async () => {
    await using desk = await openDesk('http://127.0.0.1:9')
    await desk.shows('exit 6')
    expect(await desk.screen()).toMatch(/replyhq: .*127\.0\.0\.1:9/)
  })
})

describeWith('terminal', 'The line mode', () => {
  it('does in a script what the full screen does', async () => {
    await using server = await startTestServer()
    await using visitor = await Visitor.comes(server.url, 'Bo Li', 'hi there')
    const { command, environment } = tuiProgram(server.url, { arguments: ['--plain'] })
    const [program = '', ...rest] = command
    const child = spawn(program, rest, { env: { PATH: process.env.PATH, ...environment } })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stdin.end(
      '/accept\nHello Bo, how can I help?\n/note called twice\n/visitor\n/find help\n/nonsense\n/close yes\n',
    )
    // Not its exit: what it wrote may come after that.
    const [code] = await once(child, 'close')
    expect(output).toMatch(/Queue \(1\):\n {2}1\. Bo Li, normal/)
    expect(output).toMatch(/\[Bo Li\] Bo Li: hi there/)
    expect(output).toMatch(/\[Bo Li\] Ana: Hello Bo, how can I help\? \(stored\)/)
    expect(output).toMatch(/note by Ana: called twice/)
    expect(output).toMatch(/ Bo Li\n ● online|○ offline/)
    expect(output).toMatch(/Found 1:\n.*how can I help\?/)
    expect(output).toMatch(/! There is no command \/nonsense/)
    expect(output).toMatch(/The chat with Bo Li is closed/)
    expect(code).toBe(0)
    await visitor.hears('Hello Bo, how can I help?')
  })
})
