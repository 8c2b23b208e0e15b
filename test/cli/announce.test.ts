import { expect, test } from 'vitest'
import { placeOf } from '../../src/cli/serve/announce.js'

const data = '/srv/replyhq'

test('a server with the database of its folder names the folder alone', () => {
  expect(placeOf({ data, databaseUrl: '/srv/replyhq/replyhq.db' })).toBe(data)
})

test('a server with another database names it, without user and password', () => {
  expect(placeOf({ data, databaseUrl: '/mnt/other.db' })).toBe('/srv/replyhq, database /mnt/other.db')
  expect(placeOf({ data, databaseUrl: 'postgres://replyhq:hush@db.internal:5433/shop?password=hush' })).toBe(
    '/srv/replyhq, database postgres://db.internal:5433/shop',
  )
})
