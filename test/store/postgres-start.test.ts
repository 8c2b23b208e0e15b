import pg from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { AppError } from '../../src/server/core/errors.js'
import { oldVersion } from '../../src/server/store/migrate/postgres-checks.js'
import { migrate } from '../../src/server/store/migrate.js'
import { postgresUrl } from '../helpers/databases.js'
import { describeWith } from '../helpers/facilities.js'
import { freePort } from '../setup/child-process.js'

/** The sentence with which a start on this address is refused. */
async function refusal(url: string | URL): Promise<string> {
  const outcome = await migrate(String(url)).catch((error: unknown) => error)
  if (!(outcome instanceof AppError)) throw new Error(`It was not refused: ${String(outcome)}`)
  expect(outcome.code).toBe('unavailable')
  return outcome.message
}

describeWith('postgres', 'A start on Postgres is refused with a sentence', () => {
  let url: URL
  beforeAll(async () => {
    url = new URL(await postgresUrl())
  })

  const changed = (change: (url: URL) => void): URL => {
    const other = new URL(url)
    change(other)
    return other
  }

  test('when nothing answers', async () => {
    const port = await freePort()
    const sentence = await refusal(changed((other) => Object.assign(other, { port })))
    expect(sentence).toContain(`does not answer at 127.0.0.1:${port} (ECONNREFUSED)`)
  })

  test('when the password is wrong, which is not shown', async () => {
    const sentence = await refusal(changed((other) => Object.assign(other, { password: 'wrong-one' })))
    expect(sentence).toContain('refuses the user postgres or the password')
    expect(sentence).not.toContain('wrong-one')
  })

  test('when there is no such database', async () => {
    expect(await refusal(changed((other) => Object.assign(other, { pathname: '/nowhere' })))).toContain(
      'has no database nowhere. Create it',
    )
  })

  test('when it speaks no TLS and the address asks for it', async () => {
    expect(await refusal(changed((other) => other.searchParams.set('sslmode', 'require')))).toContain(
      'speaks no TLS',
    )
  })

  test('when the user may not create tables', async () => {
    const admin = new pg.Client({ connectionString: String(url) })
    await admin.connect()
    const role = `narrow_${process.pid}`
    try {
      await admin.query(`create role ${role} login password 'narrow'`)
      await admin.query('revoke create on schema public from public')
      const narrow = changed((other) => Object.assign(other, { username: role, password: 'narrow' }))
      expect(await refusal(narrow)).toContain(`The user ${role} may not create tables`)
    } finally {
      await admin.query(`drop role if exists ${role}`)
      await admin.end()
    }
  })

  test('when it lets only read', async () => {
    const options = '-c default_transaction_read_only=on'
    expect(await refusal(changed((other) => other.searchParams.set('options', options)))).toContain(
      'default_transaction_read_only is on',
    )
  })

  test('when it is older than version 13', () => {
    expect(oldVersion(120_022, '12.22')).toContain('Postgres 12.22 is too old: version 13 or later')
    expect([oldVersion(130_000, '13.0'), oldVersion(150_018, '15.18')]).toEqual([null, null])
  })
})
