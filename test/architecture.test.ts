import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  commentLines,
  functionLengths,
  type ImportOf,
  quantile,
  readSources,
  repositoryRoot,
  type SourceFile,
} from './helpers/sources.js'

const sources = readSources('src', 'bin')
const inFolder = (folder: string) => sources.filter((file) => file.path.startsWith(folder))

/** Every import of the files that breaks the rule, as `file imports module`. */
function breaches(
  files: readonly SourceFile[],
  forbidden: (target: string, entry: ImportOf) => boolean,
): string[] {
  return files.flatMap((file) =>
    file.imports
      .filter((entry) => forbidden(entry.target, entry))
      .map((entry) => `${file.path} imports ${entry.specifier}`),
  )
}

/** Paths of the files whose text matches. */
function containing(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.filter((file) => pattern.test(withoutComments(file))).map((file) => file.path)
}

function withoutComments(file: SourceFile): string {
  return file.lines.filter((line) => !/^\s*(\/\/|\/\*|\*)/.test(line)).join('\n')
}

describe('The core', () => {
  const packages = [
    'express',
    'socket.io',
    'socket.io-client',
    'drizzle-orm',
    'ioredis',
    'pg',
    'better-sqlite3',
    'ws',
  ]

  test('imports no database, transport or broker package', () => {
    expect(breaches(inFolder('src/server/core/'), (target) => packages.includes(target))).toEqual([])
  })

  test('takes the time from its clock', () => {
    const timed = containing(
      inFolder('src/server/core/'),
      /\b(Date\.now|setTimeout|setInterval)\(|new Date\(\)/,
    )
    // An id begins with the time at which it was made, and no behaviour hangs on it.
    expect(timed.filter((path) => path !== 'src/server/core/type-ids.ts')).toEqual([])
  })
})

describe('The layers of the server', () => {
  /** The folders beside it that each may import; what stands in src/server itself puts them together. */
  const below: Record<string, string[]> = {
    core: [],
    store: ['core'],
    adapters: ['core'],
    observability: ['core'],
    protocols: ['core'],
    realtime: ['core', 'adapters', 'protocols'],
    http: ['core', 'observability', 'protocols'],
  }
  const layerOf = (path: string) => /^src\/server\/([\w-]+)\//.exec(path)?.[1]

  test('are these, each with its place in the page', () => {
    const layers = new Set(inFolder('src/server/').flatMap(({ path }) => layerOf(path) ?? []))
    expect([...layers].sort()).toEqual(Object.keys(below).sort())
    const page = readFileSync(join(repositoryRoot, 'docs/architecture.md'), 'utf8')
    expect([...layers].filter((layer) => !page.includes(`| \`src/server/${layer}\``))).toEqual([])
  })

  test.each(Object.entries(below))('%s imports of the others only %s', (layer, allowed) => {
    const forbidden = (target: string) => {
      const other = layerOf(target)
      return other !== undefined && other !== layer && !allowed.includes(other)
    }
    expect(breaches(inFolder(`src/server/${layer}/`), forbidden)).toEqual([])
  })

  test('what brings events to the sockets knows no protocol by name', () => {
    const named = /^src\/server\/protocols\/(\w+\/|index\.ts)/
    expect(breaches(inFolder('src/server/realtime/'), (target) => named.test(target))).toEqual([])
  })
})

describe('A protocol', () => {
  const protocolOf = (path: string) => /^src\/server\/protocols\/(\w+)\//.exec(path)?.[1]
  const protocolFiles = sources.filter((file) => protocolOf(file.path) !== undefined)

  test('imports no other protocol', () => {
    const foreign = protocolFiles.flatMap((file) =>
      breaches([file], (target) => ![undefined, protocolOf(file.path)].includes(protocolOf(target))),
    )
    expect(foreign).toEqual([])
  })

  test('knows neither the store nor its packages', () => {
    const stores = ['drizzle-orm', 'better-sqlite3', 'pg', 'ioredis']
    const forbidden = (target: string) => target.startsWith('src/server/store/') || stores.includes(target)
    expect(breaches(inFolder('src/server/protocols/'), forbidden)).toEqual([])
  })

  test('is a folder with the same four files', () => {
    const paths = new Set(sources.map((file) => file.path))
    const missing = [...new Set(protocolFiles.map((file) => protocolOf(file.path)))].flatMap((name) =>
      ['index', 'rest', 'socket', 'wire']
        .map((file) => `src/server/protocols/${name}/${file}.ts`)
        .filter((path) => !paths.has(path)),
    )
    expect(missing).toEqual([])
  })
})

describe('The client and those who use it', () => {
  test('the client takes nothing from the server at run time', () => {
    const fromServer = (target: string, entry: ImportOf) =>
      target.startsWith('src/server/') && !entry.typeOnly
    expect(breaches(inFolder('src/client/'), fromServer)).toEqual([])
  })

  test('the client takes only the types of the v1 wire', () => {
    const other = (target: string) =>
      target.startsWith('src/server/') && !target.startsWith('src/server/protocols/v1/schemas')
    expect(breaches(inFolder('src/client/'), other)).toEqual([])
  })

  test('the terminal UI and the chat reach the server through the client alone', () => {
    const fromServer = (target: string, entry: ImportOf) =>
      target.startsWith('src/server/') && !entry.typeOnly
    expect(breaches([...inFolder('src/tui/'), ...inFolder('src/chat/')], fromServer)).toEqual([])
  })

  test('commands reach the store through the core', () => {
    // The formatters of v1 are pure, and one entity has one shape wherever it is printed.
    const inside = /^src\/server\/(store|realtime|protocols\/(?!v1\/wire))/
    expect(breaches(inFolder('src/cli/'), (target, entry) => inside.test(target) && !entry.typeOnly)).toEqual(
      [],
    )
  })

  test('the server uses neither the commands nor the terminal UI', () => {
    expect(breaches(inFolder('src/server/'), (target) => /^src\/(cli|tui|chat)\//.test(target))).toEqual([])
  })
})

describe('One place for each dangerous thing', () => {
  test('only the configuration and the start file read the environment', () => {
    const readers = containing(sources, /\bprocess\.env\b/)
    expect(readers.filter((path) => !/^(src\/config(\/.*)?\.ts|bin\/.*)$/.test(path))).toEqual([])
  })

  test('only the command line and the terminal UI end the process', () => {
    const enders = containing(sources, /\bprocess\.(exit|abort|kill)\(/)
    expect(enders.filter((path) => !/^(bin|src\/cli|src\/tui)\//.test(path))).toEqual([])
  })

  test('blessed is imported by at most one file', () => {
    expect(filesThatImport('blessed').length).toBeLessThanOrEqual(1)
  })

  test('handlers of sockets are attached by one wrapper', () => {
    expect(containing(inFolder('src/server/'), /\bsocket\.on\(/).length).toBeLessThanOrEqual(1)
  })

  test('only kit.ts names both dialects of the query builder', () => {
    const both = sources.filter((file) => {
      const specifiers = file.imports.map((entry) => entry.specifier)
      return ['drizzle-orm/pg-core', 'drizzle-orm/sqlite-core'].every((name) => specifiers.includes(name))
    })
    expect(both.map((file) => file.path).filter((path) => path !== 'src/server/store/kit.ts')).toEqual([])
  })

  test('the database packages stay in the store', () => {
    const users = ['better-sqlite3', 'drizzle-orm'].flatMap(filesThatImport)
    expect(users.filter((path) => !path.startsWith('src/server/store/'))).toEqual([])
  })

  function filesThatImport(name: string): string[] {
    return sources
      .filter((file) => file.imports.some((entry) => entry.target === name))
      .map((file) => file.path)
  }
})

describe('Files and functions', () => {
  test('are named after what they do', () => {
    const vague = /^(utils?|helpers?|misc|common|shared|stuff|functions)\.ts$/
    expect(sources.map((file) => file.path).filter((path) => vague.test(basename(path)))).toEqual([])
  })

  test('hold no markers of unfinished work', () => {
    const marked = sources.filter((file) =>
      /\b(TODO|FIXME|XXX)\b|@ts-(ignore|nocheck|expect-error)/.test(file.text),
    )
    expect(marked.map((file) => file.path)).toEqual([])
  })

  test('are short', ({ annotate }) => {
    const files = sources.map((file) => file.lines.length)
    const functions = sources.flatMap(functionLengths)
    annotate(`files: ${describeLengths(files)}; functions: ${describeLengths(functions)}`)
    expect(quantile(files, 0.5)).toBeLessThan(100)
    expect(quantile(files, 0.9)).toBeLessThan(250)
    expect(quantile(functions, 0.5)).toBeLessThan(12)
    expect(quantile(functions, 0.9)).toBeLessThan(35)
  })

  test('have comments that are neither rare nor chatter', () => {
    const comments = sources.reduce((sum, file) => sum + commentLines(file), 0)
    const lines = sources.reduce((sum, file) => sum + file.lines.length, 0)
    expect(comments / lines).toBeGreaterThan(0.03)
    expect(comments / lines).toBeLessThan(0.16)
  })
})

describe('The reader of sources that these rules rest on', () => {
  const self = readSources('test').find((file) => file.path === 'test/architecture.test.ts')

  test('sees imports of one line and of several', () => {
    const targets = self?.imports.map((entry) => entry.target)
    expect(targets).toEqual(['node:fs', 'node:path', 'vitest', 'test/helpers/sources.ts'])
  })

  test('measures functions whose signature takes several lines', () => {
    const lines = [
      'function long(',
      '  a: number,',
      '): number {',
      '  if (a) {',
      '    a()',
      '  }',
      '  return () => {',
      '    a()',
      '  }',
      '}',
    ]
    expect(functionLengths({ path: '', text: '', imports: [], lines })).toEqual([10, 3])
  })
})

function describeLengths(lengths: readonly number[]): string {
  return `${lengths.length}, median ${quantile(lengths, 0.5)} lines, 90 % under ${quantile(lengths, 0.9) + 1}`
}
