import { eq } from 'drizzle-orm'
import type { InstanceQueries } from '../../core/ports/instance.js'
import { type Access, first, lazily, p } from './access.js'

export function instanceQueries({ db, schema: { instanceFacts } }: Access): InstanceQueries {
  const get = lazily(() =>
    db
      .select()
      .from(instanceFacts)
      .where(eq(instanceFacts.name, p('name')))
      .prepare('instance_facts_get'),
  )
  return {
    get: async (name) => (await first(get().execute({ name })))?.value,
    set: async (name, value) => {
      await db
        .insert(instanceFacts)
        .values({ name, value })
        .onConflictDoUpdate({ target: instanceFacts.name, set: { value } })
    },
    settle: async (name, value) => {
      await db.insert(instanceFacts).values({ name, value }).onConflictDoNothing()
      return (await first(get().execute({ name })))?.value ?? value
    },
  }
}
