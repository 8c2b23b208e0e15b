import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/databases.js'
import { describeWith } from '../helpers/facilities.js'
import { repositoryRoot } from '../helpers/sources.js'
import { Tmux } from '../tui/tmux.js'
import { installation } from './installation.js'

const start = (words: readonly string[], data: string) =>
  Tmux.start({
    command: [process.execPath, join(repositoryRoot, 'bin/replyhq.cjs'), ...words, '--data', data],
    environment: { HOME: data, CI: '' },
  })

describeWith('terminal', 'On a terminal', () => {
  test('the first start is told to people, with what to do next', async () => {
    await using terminal = await start(['serve', '--port', '0'], join(temporaryFolder(), 'data'))
    const screen = await terminal.shows('next: replyhq chat')
    expect(screen).toMatch(/address +http:\/\/127\.0\.0\.1:\d+/)
    expect(screen).toMatch(/publishable key +pk_/)
    expect(screen).toMatch(/password +\S{12}/)
    // A Ctrl-C of tmux would end the shell around the program too.
    process.kill(await terminal.processId(), 'SIGINT')
    await terminal.shows('exit 0')
  })

  test('what is missing is asked for', async () => {
    const { data } = await installation()
    await using terminal = await start(['admin', 'agents', 'add'], data)
    await terminal.shows('E-mail?')
    await terminal.type('ben@shop.example')
    await terminal.press('Enter')
    await terminal.shows('Name?')
    await terminal.type('Ben')
    await terminal.press('Enter')
    await terminal.shows(/password +\S{12}/)
    await terminal.shows('exit 0')
  })

  test('an end is confirmed, and a no changes nothing', async () => {
    const { data, here } = await installation()
    const [id = ''] = (await here('keys', '-q')).stdout.split('\n')
    await using terminal = await start(['keys', 'revoke', id], data)
    await terminal.shows('is locked out at once')
    await terminal.press('Enter')
    await terminal.shows('exit 130')
    expect((await here('keys')).stdout).not.toContain('revoked')
  })

  test('Ctrl-C at a question ends with 130', async () => {
    const { data } = await installation()
    await using terminal = await start(['admin', 'apps', 'remove', 'app_shop'], data)
    await terminal.shows('Type Shop to go on')
    await terminal.press('C-c')
    await terminal.shows('exit 130')
  })
})
