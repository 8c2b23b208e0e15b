import type { Kit } from './kit.js'
import { accessTables } from './schema/access.js'
import { botTables } from './schema/bot.js'
import { conversationTables } from './schema/conversations.js'
import { offerTables } from './schema/offers.js'
import { outsideTables } from './schema/outside.js'
import { peopleTables } from './schema/people.js'
import { queueTables } from './schema/queue.js'

/** The whole schema, written once; drizzle-kit makes both sets of migrations from it. */
export const makeSchema = (kit: Kit) => ({
  ...accessTables(kit),
  ...peopleTables(kit),
  ...conversationTables(kit),
  ...queueTables(kit),
  ...offerTables(kit),
  ...botTables(kit),
  ...outsideTables(kit),
})
export type Schema = ReturnType<typeof makeSchema>
