import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { Cli } from '../../src/cli/cli.js'
import { botSchema } from '../../src/cli/plan/bot-settings.js'
import { createProgram } from '../../src/cli/program.js'
import { errorStatus } from '../../src/server/core/errors.js'
import { repositoryRoot } from '../helpers/sources.js'

const files = [
  ...readdirSync(repositoryRoot).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(repositoryRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'examples/host/README.md',
]
const pages = files.map((path) => ({ path, text: readFileSync(join(repositoryRoot, path), 'utf8') }))

test('every link between pages leads somewhere', () => {
  const broken = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, target = '']) => resolve(repositoryRoot, dirname(path), target))
      .filter((target) => !existsSync(target))
      .map((target) => `${path} → ${relative(repositoryRoot, target)}`),
  )
  expect(broken).toEqual([])
})

test('every file and folder that contributors are told of is there', () => {
  const told = pages.filter(({ path }) => ['docs/architecture.md', 'CONTRIBUTING.md'].includes(path))
  const roots = ['', 'src', 'src/server', 'src/server/core', 'src/server/store', 'src/server/protocols']
  const isThere = (name: string) => roots.some((root) => existsSync(join(repositoryRoot, root, name)))
  const gone = told.flatMap(({ path, text }) =>
    [...text.matchAll(/`([\w./-]+\/[\w./-]+)`/g)]
      .map(([, name = '']) => name)
      .filter((name) => !isThere(name))
      .map((name) => `${path}: ${name}`),
  )
  expect(gone).toEqual([])
})

test('every command line in the pages is one that the program knows', async () => {
  const program = await createProgram(new Cli(process, false))
  const wrong = pages.flatMap(({ path, text }) =>
    commandLines(text)
      .filter((line) => !isKnown(program, line))
      .map((line) => `${path}: ${line}`),
  )
  expect(wrong).toEqual([])
})

function commandLines(text: string): string[] {
  const inBlocks = [...text.matchAll(/```(?:sh|console)\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block.split('\n'),
  )
  const inline = [...text.matchAll(/`((?:npx )?replyhq [^`…]+)`/g)].map(([, line = '']) => line)
  const called = /(?:^|[|&;(] *|sudo -u \S+ |npx )replyhq +(.*)$/
  return [...inBlocks, ...inline]
    .map((line) => called.exec(line.trim())?.[1]?.split(/ [|#<>] ?| &&|\)/)[0] ?? '')
    .filter(Boolean)
}

/** Whether the words name a command, and the options are its own. */
function isKnown(program: Command, line: string): boolean {
  const words = line.split(/\s+/)
  let command = program
  for (const word of words) command = command.commands.find((child) => child.name() === word) ?? command
  const withDefault = [command, ...command.commands, program]
  const options = words.filter((word) => word.startsWith('-'))
  const known = (word: string) =>
    withDefault.some(({ options: own }) =>
      own.some((option) => option.long === word || option.short === word || ['--help'].includes(word)),
    )
  return (command !== program || words[0]?.startsWith('-') === true) && options.every(known)
}

test('every dependency has its line, and no line is left of one that went', () => {
  const page = readFileSync(join(repositoryRoot, 'docs/dependencies.md'), 'utf8')
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >
  const used = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    (name) => !name.startsWith('@types/'),
  )
  const named = [...page.matchAll(/^\| (.+?) \|/gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  )
  expect(named.sort()).toEqual(used.sort())
})

test('the page for integrators lists exactly the errors of the catalogue', () => {
  const page = readFileSync(join(repositoryRoot, 'docs/integrators.md'), 'utf8')
  const listed = [...page.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ])
  expect(Object.fromEntries(listed)).toEqual(errorStatus)
})

test('the page of the bot lists exactly the settings that a file may hold', () => {
  const page = readFileSync(join(repositoryRoot, 'docs/bot.md'), 'utf8')
  const [, table = ''] = /\| in the file \|.*\n\|[-|]+\|\n((?:\|.*\n)+)/.exec(page) ?? []
  const listed = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  )
  expect(listed.sort()).toEqual(Object.keys(botSchema.shape).sort())
})
