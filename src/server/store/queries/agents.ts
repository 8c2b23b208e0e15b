import { and, asc, count, eq, inArray } from 'drizzle-orm'
import type { Agent } from '../../core/model.js'
import type { AgentQueries, MemberRow } from '../../core/ports/agents.js'
import { type Access, first, lazily, only, p, run, touched } from './access.js'
import { patcher } from './patch.js'

export function agentQueries(access: Access): AgentQueries {
  const { db, dialect, schema } = access
  const { agents } = schema
  const byId = lazily(() =>
    db
      .select()
      .from(agents)
      .where(eq(agents.id, p('id')))
      .prepare('agents_by_id'),
  )
  const byKey = lazily(() =>
    db
      .select()
      .from(agents)
      .where(eq(agents.key, p('key')))
      .prepare('agents_by_key'),
  )

  const locked = lazily(() =>
    db
      .select()
      .from(agents)
      .where(eq(agents.key, p('key')))
      .for('update')
      .prepare('agents_lock'),
  )
  const lock = dialect.lockRows ? locked : byKey

  return {
    ...membershipQueries(access),
    insert: (agent) => only(db.insert(agents).values(agent).returning()),
    update: patcher<Agent>(db, 'agents_update', agents),
    remove: async (key) => {
      await db.delete(agents).where(eq(agents.key, key))
    },
    byId: (id) => first(byId().execute({ id })),
    byKey: (key) => first(byKey().execute({ key })),
    lock: (key) => first(lock().execute({ key })),
    byEmail: (email) => first(db.select().from(agents).where(eq(agents.email, email.toLowerCase()))),
    list: () => run(db.select().from(agents).orderBy(asc(agents.key))),
  }
}

type MembershipQueries = Pick<
  AgentQueries,
  'saveMembership' | 'removeMembership' | 'membership' | 'memberships' | 'members'
>

function membershipQueries({
  db,
  schema: { agents, apps, conversations, memberships },
}: Access): MembershipQueries {
  const inApp = and(eq(memberships.appKey, p('appKey')), eq(memberships.agentKey, p('agentKey')))
  const membership = lazily(() => db.select().from(memberships).where(inApp).prepare('memberships_one'))

  async function members(appKey: number): Promise<MemberRow[]> {
    const rows = await db
      .select({ agent: agents, membership: memberships })
      .from(memberships)
      .innerJoin(agents, eq(agents.key, memberships.agentKey))
      .where(eq(memberships.appKey, appKey))
      .orderBy(asc(agents.key))
    const active = await activeOf(
      appKey,
      rows.map(({ agent }) => agent.key),
    )
    return rows.map((row) => ({ ...row, active: active.get(row.agent.key) ?? 0 }))
  }

  // By assignee, because the app's open conversations may be a hundred thousand that wait.
  async function activeOf(appKey: number, agentKeys: number[]): Promise<Map<number | null, number>> {
    if (agentKeys.length === 0) return new Map()
    const assigned = and(
      inArray(conversations.assigneeKey, agentKeys),
      eq(conversations.status, 'open'),
      eq(conversations.appKey, appKey),
    )
    const rows = await db
      .select({ agentKey: conversations.assigneeKey, active: count() })
      .from(conversations)
      .where(assigned)
      .groupBy(conversations.assigneeKey)
    return new Map(rows.map(({ agentKey, active }) => [agentKey, active]))
  }

  return {
    saveMembership: async (saved) => {
      const { role, capacity } = saved
      await db
        .insert(memberships)
        .values(saved)
        .onConflictDoUpdate({ target: [memberships.appKey, memberships.agentKey], set: { role, capacity } })
    },
    removeMembership: (appKey, agentKey) =>
      touched(
        db
          .delete(memberships)
          .where(and(eq(memberships.appKey, appKey), eq(memberships.agentKey, agentKey)))
          .returning({ agentKey: memberships.agentKey }),
      ),
    membership: (appKey, agentKey) => first(membership().execute({ appKey, agentKey })),
    memberships: (agentKey) =>
      run(
        db
          .select({ app: apps, membership: memberships })
          .from(memberships)
          .innerJoin(apps, eq(apps.key, memberships.appKey))
          .where(eq(memberships.agentKey, agentKey))
          .orderBy(asc(apps.key)),
      ),
    members,
  }
}
