import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { withProgress } from '../../src/cli/progress.js'
import { temporaryFolder } from '../helpers/databases.js'
import { installation } from './installation.js'
import { run } from './run.js'

test('an installation moves into another file, named by its path or as sqlite:', async () => {
  const { here } = await installation()
  const folder = temporaryFolder()
  const { code, json } = await here('migrate', 'copy', '--to', `sqlite:${join(folder, 'new.db')}`, '--json')
  expect(code).toBe(0)
  expect(json()).toMatchObject({ tables: expect.arrayContaining([expect.objectContaining({ rows: 1 })]) })
  expect(existsSync(join(folder, 'new.db'))).toBe(true)
})

test('a copy into a database of another kind is refused, and leaves nothing behind', async () => {
  const { here } = await installation()
  const { code, stderr } = await here('migrate', 'copy', '--to', 'mysql://root@localhost/chat')
  expect(code).toBe(2)
  expect(stderr).toContain('--to must be a file for SQLite or begin with postgres://.')
  expect(existsSync('mysql:')).toBe(false)
})

test('where there is no installation a copy says so, and makes no folder', async () => {
  const [data, to] = [join(temporaryFolder(), 'none'), join(temporaryFolder(), 'new.db')]
  const { code, stderr } = await run(['migrate', 'copy', '--to', to, '--data', data])
  expect(code).toBe(3)
  expect(stderr).toContain('There is no installation to copy here.')
  expect([data, to].map((path) => existsSync(path))).toEqual([false, false])
})

test('a Postgres that does not answer is spoken of by the option that named it', async () => {
  const { here } = await installation()
  const { code, stderr } = await here('migrate', 'copy', '--to', 'postgres://nobody@127.0.0.1:1/chat')
  expect(code).toBe(6)
  expect(stderr).toContain('Check that it runs and that --to is right.')
})

test('without a terminal long work says its steps, a line each and no more', async () => {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  const options = { json: false, quiet: false, verbose: false, input: false, color: false }
  await withProgress(streams, options, 'Copying', async (tell) => {
    await new Promise((resolve) => streams.stderr.once('readable', resolve))
    for (const percent of [1, 2, 11, 12]) tell(`${percent} %`, `Copying: ${Math.floor(percent / 10) * 10} %`)
  })
  expect(String(streams.stderr.read())).toBe('Copying …\nCopying: 0 % …\nCopying: 10 % …\n')
})
