import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { Cli } from '../../src/cli/cli.js'
import { createProgram } from '../../src/cli/program.js'
import { temporaryFolder } from '../helpers/databases.js'
import { installation } from './installation.js'
import { run } from './run.js'

function everyCommand(
  command: Command,
  path: readonly string[] = [],
): { command: Command; path: readonly string[] }[] {
  const below = command.commands.flatMap((child) => everyCommand(child, [...path, child.name()]))
  return [{ command, path }, ...below]
}

const program = await createProgram(new Cli(process, false))
const paths = everyCommand(program).map(({ path }) => path)

test('every command shows examples first and the exit codes last, and is described', async () => {
  for (const path of paths) {
    const { code, stdout } = await run([...path, '--help'])
    expect(code).toBe(0)
    expect(stdout, path.join(' ')).toMatch(
      /^Examples:\n {2}\$ replyhq [\s\S]*\nUsage: replyhq[\s\S]*Exit codes: 0 done, 1 failed/,
    )
  }
  for (const { command } of everyCommand(program)) expect(command.description()).not.toBe('')
})

test('every example in a help is a command line that the program knows', () => {
  const names = new Set(paths.map((path) => path.join(' ')))
  for (const { command, path } of everyCommand(program)) {
    const group = path.join(' ')
    const help: string[] = []
    command.configureOutput({ writeOut: (text) => help.push(text) }).outputHelp()
    const examples = help.join('').match(/^ {2}\$ replyhq .*$/gm) ?? []
    expect(examples.length, group).toBeGreaterThan(0)
    for (const example of examples) {
      const words = example.trim().split(' ').slice(2)
      expect(names.has(words[0] ?? ''), example).toBe(true)
    }
  }
})

test('an unknown command or option ends with 2 and names the closest', async () => {
  const typo = await run(['admn'])
  expect(typo).toMatchObject({ code: 2, stdout: '' })
  expect(typo.stderr).toContain("unknown command 'admn'. Did you mean admin?")
  const member = await run(['admin', 'agents', 'ad'])
  expect(member.code).toBe(2)
  expect(member.stderr).toContain("unknown command 'ad'. Did you mean add?")
  const option = await run(['keys', 'list', '--ap', 'x'])
  expect(option.code).toBe(2)
  expect(option.stderr).toContain('Did you mean --app?')
})

test('a wrong command line is led to the help of the command that was meant', async () => {
  const hintOf = async (...words: string[]) => /hint: (.*)/.exec((await run(words)).stderr)?.[1]
  expect(await hintOf('admin', 'webhooks', 'rotate')).toBe(
    'replyhq admin webhooks rotate --help shows how it is used.',
  )
  expect(await hintOf('admin', 'nonsense')).toBe('replyhq admin --help lists the commands.')
  expect(await hintOf('admn')).toBe('replyhq --help lists the commands.')
})

test('with --json even a wrong command line is answered in JSON on stdout', async () => {
  const { code, stderr, json } = await run(['admin', 'agnts', '--json'])
  expect(code).toBe(2)
  expect(stderr).toBe('')
  expect(json()).toEqual({
    error: { code: 'usage', message: expect.stringContaining('agnts'), hint: expect.any(String) },
  })
})

test('a group without a command shows its help on stderr and ends with 2', async () => {
  const { code, stdout, stderr } = await run(['admin'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('Usage: replyhq admin')
})

test('the version is that of the package', async () => {
  const { code, stdout } = await run(['--version'])
  expect({ code, stdout: stdout.trim() }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+/),
  })
})

test('wrong settings end with 2 and are all named', async () => {
  const { code, json } = await run([
    'keys',
    '--json',
    '--config',
    '/nowhere.yaml',
    '--data',
    temporaryFolder(),
  ])
  expect(code).toBe(2)
  expect(json()).toMatchObject({ error: { code: 'invalid_settings' } })
})

test('each kind of failure has its exit code', async () => {
  const { here } = await installation()
  const ends = async (...words: string[]) => (await here(...words)).code
  expect(await ends('keys')).toBe(0)
  expect(await ends('keys', 'revoke', 'key_none', '--yes')).toBe(3)
  expect(await ends('keys', '--app', 'app_none')).toBe(3)
  expect(await ends('admin', 'agents', 'role', 'ana@shop.example', 'viewer')).toBe(5)
  expect(await ends('admin', 'agents', 'remove', 'ana@shop.example')).toBe(2)
  expect(await ends('admin', 'settings', 'set', 'routing=fast')).toBe(2)
  expect(await ends('admin', 'settings', 'set', 'customer_priorities={gold: high}')).toBe(2)
  expect((await run(['keys', '--data', temporaryFolder()])).code).toBe(3)
})

test('a server that is not there ends with 6, a refused token with 4', async () => {
  const token = 'rhq_ana_0123456789abcdefghij'
  const words = ['admin', 'queue', '--url', 'http://127.0.0.1:9', '--token-file', '-', '--json']
  const { code, json } = await run(words, `${token}\n`)
  expect(code).toBe(6)
  expect(json()).toMatchObject({ error: { code: 'unreachable' } })
})

test('an answer that nobody can give ends with 2 and names the flag', async () => {
  const { here } = await installation()
  const { code, json } = await here('admin', 'agents', 'add', '--json')
  expect(code).toBe(2)
  expect(json()).toEqual({
    error: { code: 'missing_answer', message: expect.any(String), hint: 'Give --email.' },
  })
})

test('secrets have no flag of their own', () => {
  const flags = everyCommand(program).flatMap(({ command }) => command.options)
  const takingSecrets = flags.filter(
    ({ long, required }) => required && /(password|token|secret)$/.test(long ?? ''),
  )
  expect(takingSecrets.map(({ long }) => long)).toEqual([])
})
