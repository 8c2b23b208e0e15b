import { describe, expect, it } from 'vitest'
import { paletteChoices } from '../../src/tui/actions/desk-wide.js'
import { draftOf } from '../../src/tui/composer/draft.js'
import { ACTION_IDS, ACTIONS, actionOfCommand } from '../../src/tui/keymap/actions.js'
import { canonicalKey, Keymap, keyLabel } from '../../src/tui/keymap/keymap.js'
import { helpRows } from '../../src/tui/presentation/help.js'
import { visibleChoices } from '../../src/tui/state/choices.js'
import { chatOf, chatting, mateOf, stateWith, textOf, waiting } from './fixtures.js'

describe('the keymap', () => {
  it('finds the action of a key, the pane before the whole', () => {
    const keymap = new Keymap()
    expect(keymap.match('composer', 'ctrl-g', null)).toMatchObject({ action: 'accept' })
    expect(keymap.match('queue', 'enter', null)).toMatchObject({ action: 'choose' })
    expect(keymap.match('composer', 'enter', null)).toMatchObject({ action: 'send' })
    expect(keymap.match('composer', 'n', null)).toEqual({ type: 'none' })
    expect(keymap.match('transcript', 'n', null)).toMatchObject({ action: 'searchOlder' })
  })

  it('knows chords', () => {
    const keymap = new Keymap()
    expect(keymap.match('composer', 'ctrl-x', null)).toEqual({ type: 'prefix' })
    expect(keymap.match('composer', 'ctrl-e', 'ctrl-x')).toMatchObject({ action: 'editor' })
    expect(keymap.match('composer', 'ctrl-e', null)).toEqual({ type: 'none' })
  })

  it('takes other keys from the settings, however they are written', () => {
    const keymap = new Keymap({ accept: 'Alt+G', close: ['^W', 'C-x k'], release: [] })
    expect(keymap.match('queue', 'alt-g', null)).toMatchObject({ action: 'accept' })
    expect(keymap.match('queue', 'ctrl-g', null)).toEqual({ type: 'none' })
    expect(keymap.match('queue', 'ctrl-w', null)).toMatchObject({ action: 'close' })
    expect(keymap.match('queue', 'k', 'ctrl-x')).toMatchObject({ action: 'close' })
    expect(keymap.label('accept')).toBe('Alt-G')
  })

  it.each([
    [{ acept: 'F5' }, /no action "acept".*accept/],
    [{ accept: 'Hyper-G' }, /"Hyper-G" is no key/],
    [{ accept: 'Ctrl-K' }, /Ctrl-K is bound to both/],
  ])('refuses %j with a sentence that helps', (settings, message) => {
    expect(() => new Keymap(settings)).toThrow(message)
  })

  it.each([
    ['Ctrl-Shift-A', 'ctrl-shift-a'],
    ['M-Enter', 'alt-enter'],
    ['PgUp'.replace('PgUp', 'PageUp'), 'pageup'],
    ['?', '?'],
    ['N', 'N'],
    ['Ctrl--', 'ctrl--'],
  ])('reads %s as %s', (written, canonical) => {
    expect(canonicalKey(written)).toBe(canonical)
  })

  it('writes keys as they stand on a keyboard', () => {
    expect(['ctrl-x ctrl-e', 'alt-/', 'pageup', 'shift-tab', 'f1', 'n'].map(keyLabel)).toEqual([
      'Ctrl-X Ctrl-E',
      'Alt-/',
      'PgUp',
      'Shift-Tab',
      'F1',
      'n',
    ])
  })
})

describe('the table of actions', () => {
  it('has each command once, and finds actions by it', () => {
    const commands = ACTION_IDS.flatMap((id) => ACTIONS[id].command ?? [])
    expect(new Set(commands).size).toBe(commands.length)
    expect(actionOfCommand('close')).toBe('close')
    expect(actionOfCommand('nonsense')).toBeNull()
  })

  it('makes a help that names every key and every command', () => {
    const keymap = new Keymap()
    const help = helpRows(keymap, 100).map(textOf).join('\n')
    for (const id of ACTION_IDS) {
      const { command } = ACTIONS[id]
      if (command) expect(help).toContain(`/${command}`)
      if (keymap.label(id) !== '' && id !== 'chat') expect(help).toContain(keymap.label(id))
    }
  })

  it.each([58, 78, 98])('cuts nothing off in the help at a width of %i', (width) => {
    const rows = helpRows(new Keymap(), width).map(textOf)
    expect(rows.filter((text) => /…(?! (sending|Alt-9))/.test(text))).toEqual([])
    expect(rows.some((text) => text.includes('/snooze') && text.includes('Put the chat aside'))).toBe(true)
    const decline = rows.find((text) => text.includes('Decline what'))
    if (width > 80) expect(decline).toMatch(/ {2}\/decline <name>/)
  })

  it.each([
    ['accept with an empty queue', 'accept', stateWith(), /Nobody waits/],
    ['transfer without a chat', 'transfer', stateWith(), /No chat is open/],
    [
      "close a colleague's chat",
      'close',
      chatting([], chatOf('c1', { assignee: { id: 'agt_max', name: 'max' } })),
      /max has this chat/,
    ],
    ['close a closed chat', 'close', chatting([], chatOf('c1', { status: 'closed' })), /closed/],
    ['reopen an open chat', 'reopen', chatting([]), /open already/],
    ['change the app with only one', 'app', stateWith(), /one app only/],
    [
      'accept while offline',
      'accept',
      stateWith(
        { type: 'queue', items: [waiting('q')], size: 1 },
        { type: 'connection', connection: { phase: 'offline', retryAt: null, unsent: 0 } },
      ),
      /Not connected/,
    ],
  ] as const)('tells why one cannot %s', (_what, id, state, reason) => {
    expect(ACTIONS[id].disabled?.(state)).toMatch(reason)
  })

  it('lets an agent do all of it with a chat of their own', () => {
    const state = chatting([])
    for (const id of ['transfer', 'close', 'release', 'note', 'send'] as const) {
      expect(ACTIONS[id].disabled?.(state)).toBeNull()
    }
  })
})

describe('the palette', () => {
  it('offers commands, chats, visitors who wait, colleagues and apps, and says what cannot be done', () => {
    const state = stateWith(
      { type: 'mine', chats: [chatOf('c1')] },
      { type: 'queue', items: [waiting('q1', { name: 'Zoë' })], size: 1 },
      { type: 'team', team: [mateOf('max')] },
    )
    const choices = paletteChoices(state, new Keymap())
    expect(choices).toContainEqual(expect.objectContaining({ action: 'accept', hint: 'Ctrl-G  /accept' }))
    expect(choices).toContainEqual(expect.objectContaining({ label: 'Chat: Bo Li', argument: 'c1' }))
    expect(choices).toContainEqual(expect.objectContaining({ label: 'Accept: Zoë', argument: 'q1' }))
    const transfer = {
      label: 'Transfer to max',
      argument: 'agt_max',
      reason: expect.stringMatching(/No chat is open/),
    }
    expect(choices).toContainEqual(expect.objectContaining(transfer))
    expect(choices).toContainEqual(expect.objectContaining({ label: 'App: acme-shop' }))
  })

  it('puts what cannot be done now behind everything that can', () => {
    const choices = paletteChoices(stateWith(), new Keymap())
    const firstBarred = choices.findIndex(({ reason }) => reason !== undefined)
    expect(choices.slice(firstBarred).every(({ reason }) => reason !== undefined)).toBe(true)
    expect(choices[0]?.reason).toBeUndefined()
  })

  it('finds by a few letters, the best first', () => {
    const choices = paletteChoices(stateWith(), new Keymap())
    const found = visibleChoices({
      kind: 'chooser',
      title: '',
      choices,
      query: draftOf('canned'),
      selected: 0,
    })
    expect(found[0]?.action).toBe('canned')
  })
})
