import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AgentFiles } from '../../src/tui/files/agent-files.js'
import { safeFileName } from '../../src/tui/files/file-name.js'
import { openable } from '../../src/tui/files/openable.js'
import { clipboardSequence, copyTo } from '../../src/tui/terminal/clipboard.js'
import { temporaryFolder } from '../helpers/databases.js'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('the name of a file that a visitor sent', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\evil.exe', 'evil.exe'],
    ['.bashrc', 'bashrc'],
    ['-rf.txt', 'rf.txt'],
    ['a\x1b[31mb\u202egnp.sh', 'a[31mbgnp.sh'],
    ['two\nlines?.txt', 'two lines_.txt'],
    ['..', 'file'],
    ['', 'file'],
    ['注文 🐢.pdf', '注文 🐢.pdf'],
  ])('%j becomes %j', (given, name) => {
    expect(safeFileName(given)).toBe(name)
  })

  it('keeps its ending when it is too long', () => {
    const name = safeFileName(`${'é'.repeat(300)}.tar`)
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
    expect(name).toMatch(/^é+\.tar$/)
  })
})

describe('a file', () => {
  it('is saved for its owner alone, and overwrites nothing', async () => {
    const downloads = join(temporaryFolder(), 'new')
    const files = new AgentFiles({ downloads, opener: null })
    const first = await files.save('../a.txt', bytes('one'))
    const second = await files.save('a.txt', bytes('two'))
    expect([first, second]).toEqual([join(downloads, 'a.txt'), join(downloads, 'a (1).txt')])
    expect(readFileSync(first, 'utf8')).toBe('one')
    expect(statSync(second).mode & 0o777).toBe(0o600)
  })

  it('that cannot be saved is refused with a sentence', async () => {
    const taken = join(temporaryFolder(), 'taken')
    writeFileSync(taken, '')
    const files = new AgentFiles({ downloads: taken, opener: null })
    await expect(files.save('a.txt', bytes('one'))).rejects.toThrow(/cannot be saved in .*tui\.yaml/)
  })

  it('is lent to a viewer under a name of ours until the agent leaves', async () => {
    const shown = join(temporaryFolder(), 'shown')
    const files = new AgentFiles({ downloads: 'unused', opener: `sh -c 'echo "$1" > ${shown}' sh` })
    expect(await files.open(bytes('text'), 'txt')).toBe(true)
    const path = readFileSync(shown, 'utf8').trim()
    expect(path).toMatch(/attachment\.txt$/)
    expect(readdirSync(dirname(path))).toEqual(['attachment.txt'])
    files.close()
    expect(existsSync(dirname(path))).toBe(false)
    expect(await new AgentFiles({ downloads: '', opener: 'false' }).open(bytes(''), 'txt')).toBe(false)
  })

  it.each([
    ['image/png', 'x', 'png'],
    ['image/jpeg', 'x', 'jpg'],
    ['application/pdf', 'x', 'pdf'],
    ['text/plain', 'tab\tand\r\nlines', 'txt'],
    ['application/octet-stream', 'words', 'txt'],
    ['text/plain', '\x1b]0;title\x07', null],
    ['application/octet-stream', '\x00\x01', null],
    ['image/svg+xml', '<svg/>', null],
    ['text/html', '<p>', null],
    ['application/x-sh', '#!/bin/sh', null],
  ])('of the type %s with %j is opened as %s', (mimeType, content, extension) => {
    expect(openable(mimeType, bytes(content))).toBe(extension)
  })
})

describe('the clipboard', () => {
  it('gets no more than terminals take, and never half a character', () => {
    let written = ''
    const taken = copyTo('xterm-256color', '🐢'.repeat(30_000), (sequence) => {
      written = sequence
    })
    const content = written.slice('\x1b]52;c;'.length, -1)
    expect(content).toMatch(/^[A-Za-z0-9+/=]*$/)
    expect(content.length).toBeLessThanOrEqual(100_000)
    expect(Buffer.from(content, 'base64').toString()).toBe('🐢'.repeat(taken.characters))
    expect(taken).toEqual({ characters: 18_748, remark: '' })
  })

  it('is told what tmux needs', () => {
    expect(copyTo('tmux-256color', 'a', () => {}).remark).toMatch(/set-clipboard on/)
    expect(clipboardSequence('a')).toBe('\x1b]52;c;YQ==\x07')
  })
})
