import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from './helpers/sources.js'

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const lock = JSON.parse(readFileSync(join(repositoryRoot, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

/** Where Node would look for a package from a folder, nearest first. */
function places(from: string, name: string): string[] {
  const folders =
    from === '' ? [] : from.split('/node_modules/').map((_, index, parts) => parts.slice(0, index + 1))
  return [
    ...folders.reverse().map((parts) => `${parts.join('/node_modules/')}/node_modules/${name}`),
    `node_modules/${name}`,
  ]
}

test('the lock file holds the optional packages of every platform, because npm ci refuses it otherwise', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !places(path, name).some((place) => place in lock.packages))
      .map((name) => `${name} of ${path}`),
  )
  expect(missing).toEqual([])
})

/** What would be published, as paths from the repository's root. */
function packed(): string[] {
  const report = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ files }] = JSON.parse(report) as [{ files: { path: string }[] }]
  return files.map(({ path }) => path)
}

test('the published package holds its program, the client, types and migrations, and no second copy of the program', () => {
  const paths = packed()
  expect(paths).toEqual(
    expect.arrayContaining([
      'bin/replyhq.cjs',
      'dist/program/replyhq.js',
      'dist/src/client/index.js',
      'dist/src/client/index.d.ts',
      'migrations/sqlite/meta/_journal.json',
      'migrations/postgres/meta/_journal.json',
    ]),
  )
  const compiled = paths.filter((path) => /^dist\/(bin|src\/(?!client\/)).*\.js$/.test(path))
  expect(compiled).toEqual([])
})
