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
