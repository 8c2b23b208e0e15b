import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/databases.js'
import { findExecutable } from '../setup/executables.js'
import { run } from './run.js'

/** What a shell offers after a line; the last word may be begun. */
type Complete = (line: string) => Promise<string[]>

async function scriptFile(shell: string): Promise<string> {
  const { code, stdout } = await run(['completion', shell])
  expect(code).toBe(0)
  const file = join(temporaryFolder(), shell === 'zsh' ? '_replyhq' : `replyhq.${shell}`)
  writeFileSync(file, stdout)
  return file
}

const execute = (program: string, ...words: string[]) =>
  execFileSync(program, words, { encoding: 'utf8' }).split('\n').filter(Boolean)

const bash: Complete = async (line) => {
  const words = line.split(' ')
  const array = words.map((word) => `'${word}'`).join(' ')
  const script = `source ${await scriptFile('bash')}; COMP_WORDS=(${array}); COMP_CWORD=${words.length - 1}; _replyhq; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execute('bash', '-c', script)
}

const fish: Complete = async (line) => {
  const offers = execute(
    'fish',
    '--no-config',
    '-c',
    `source ${await scriptFile('fish')}; complete -C '${line}'`,
  )
  return offers.map((offer) => offer.split('\t')[0] ?? '')
}

// zsh completes only in an interactive shell: the offers are caught where they would be shown.
const zsh: Complete = async (line) => {
  const words = line
    .split(' ')
    .map((word) => `'${word}'`)
    .join(' ')
  const script = `
    compdef() { }
    _describe() { print -l -- "\${(@)\${(P)2}%%:*}" }
    _files() { print FILES }
    _message() { }
    compadd() { shift; print -l -- "$@" }
    source ${await scriptFile('zsh')}
    words=(${words}); CURRENT=$#words
    _replyhq`
  const offers = execute('zsh', '-f', '-c', script)
  return offers.filter((offer) => offer.startsWith(line.split(' ').at(-1) ?? ''))
}

for (const [shell, complete] of Object.entries({ bash, fish, zsh })) {
  describe.skipIf(findExecutable([shell]) === undefined)(`Completion in ${shell}`, () => {
    test('offers commands, the members of a group and their options', async () => {
      expect(await complete('replyhq ad')).toEqual(['admin'])
      expect(await complete('replyhq admin age')).toEqual(['agents'])
      expect(await complete('replyhq admin agents ')).toEqual(
        expect.arrayContaining(['list', 'add', 'role', 'remove']),
      )
      expect(await complete('replyhq keys create --sco')).toEqual(['--scopes'])
      expect(await complete('replyhq webhooks l')).toEqual(['listen'])
      expect(await complete('replyhq admin webhooks ro')).toEqual(['rotate'])
      expect(await complete('replyhq admin deliveries rep')).toEqual(['replay'])
      expect(await complete('replyhq serve --p')).toEqual(expect.arrayContaining(['--port', '--public-url']))
    })

    test('offers the words that an option takes, and nothing for free text', async () => {
      expect([...(await complete('replyhq keys create --kind '))].sort()).toEqual(['publishable', 'secret'])
      expect(await complete('replyhq admin conversations --handler q')).toEqual(['queue'])
      expect(await complete('replyhq keys create --name ')).toEqual([])
      expect(await complete('replyhq tail --event participant.a')).toEqual(['participant.added'])
      expect(await complete('replyhq on --on-error ')).toEqual(expect.arrayContaining(['stop', 'continue']))
    })

    test('is valid for the shell itself', async () => {
      const file = await scriptFile(shell)
      expect(() => execFileSync(shell, ['-n', file])).not.toThrow()
    })
  })
}

test('an unknown shell is refused with the known ones', async () => {
  expect(await run(['completion', 'tcsh'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('bash, zsh or fish'),
  })
})
