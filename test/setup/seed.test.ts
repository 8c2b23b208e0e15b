import { expect, test } from 'vitest'
import { openInstance } from '../../src/server/context.js'
import { eachDatabase } from '../helpers/databases.js'
import { makeInstallation, people, rival, shop } from '../helpers/seed.js'

eachDatabase('An installation for tests', (database) => {
  test('holds two apps and their people', async () => {
    const { config, secrets, loggers } = await makeInstallation({ databaseUrl: await database.url() })
    await using instance = await openInstance(config, secrets, loggers)
    const apps = await instance.context.store.read.apps.list()
    const agents = await instance.context.store.read.agents.list()
    expect(apps.map((app) => app.id).sort()).toEqual([rival.id, shop.id])
    expect(agents.map((agent) => agent.email).sort()).toEqual(
      Object.values(people)
        .map((person) => person.email)
        .sort(),
    )
  })
})
