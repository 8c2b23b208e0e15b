import { Agents } from './agents/agents.js'
import { CannedReplies } from './agents/canned-replies.js'
import { Apps } from './apps/apps.js'
import { Drills } from './apps/drills.js'
import { KnownApps } from './apps/known-apps.js'
import { createProvision } from './apps/provision.js'
import { Setup } from './apps/setup.js'
import { Stats } from './apps/stats.js'
import { createAudit } from './audit.js'
import { Auth } from './auth/auth.js'
import { Keys } from './auth/keys.js'
import { BotAdministration } from './bot/administration.js'
import { BotDesk } from './bot/desk.js'
import { BotEngine } from './bot/engine.js'
import { Handovers } from './bot/handovers.js'
import { BotIntake } from './bot/intake.js'
import { BotRehearsals } from './bot/rehearsals.js'
import { BotWriter } from './bot/writer.js'
import { Contacts } from './contacts/contacts.js'
import { onIdentitiesChanged } from './contacts/identities.js'
import { Visitors } from './contacts/visitors.js'
import type { CoreContext } from './context.js'
import { Announcements } from './conversations/announcements.js'
import { Conversations } from './conversations/conversations.js'
import { History } from './conversations/history.js'
import { MessageTraces } from './conversations/message-trace.js'
import { Threads } from './conversations/threads.js'
import { Views } from './conversations/views.js'
import { Cursors } from './cursors.js'
import { createHealth } from './health.js'
import { Lifecycle } from './lifecycle/lifecycle.js'
import { MemberConversations } from './members/conversations.js'
import { Directory } from './members/directory.js'
import { Attachments } from './messages/attachments.js'
import { Messages } from './messages/messages.js'
import { Reactions } from './messages/reactions.js'
import { Receipts } from './messages/receipts.js'
import { Deliveries } from './outbox/deliveries.js'
import { Dispatcher } from './outbox/dispatcher.js'
import { EventStream } from './outbox/event-stream.js'
import { Listeners } from './outbox/listeners.js'
import { Outbox } from './outbox/outbox.js'
import { Webhooks } from './outbox/webhooks.js'
import { PresenceTracking } from './presence/presence.js'
import { Typing } from './presence/typing.js'
import { PushDispatcher } from './push/dispatcher.js'
import { MissedPushes } from './push/missed.js'
import { PushNotices } from './push/notices.js'
import { QueueMoves } from './queue/moves.js'
import { QueuePositions } from './queue/positions.js'
import { Queue } from './queue/queue.js'
import { QueueInspections } from './routing/inspection.js'
import { Requeue } from './routing/requeue.js'
import { Routing } from './routing/routing.js'

/** Everything that can be done here, whatever the protocol: each capability asks who may do it. */
export function createCore(context: CoreContext) {
  const cursors = new Cursors(context.linkSecret)
  const attachments = new Attachments(context)
  const listeners = new Listeners(context)
  const notices = new PushNotices(context)
  const outbox = new Outbox(context, attachments, listeners, notices)
  const webhooks = new Webhooks(context)
  const threads = new Threads(context)
  const views = new Views(context)
  const announcements = new Announcements(context, views)
  const botWriter = new BotWriter(context, outbox)
  const botIntake = new BotIntake(context, botWriter)
  const handovers = new Handovers(context, botWriter)
  const moves = new QueueMoves(context, announcements, handovers, outbox)
  const queue = new Queue({ context, threads, views, announcements, moves })
  const lifecycle = new Lifecycle({ context, threads, moves, announcements, intake: botIntake, outbox })
  const botDesk = new BotDesk(context, moves, announcements, botWriter, handovers)
  const visitors = new Visitors(context, announcements, outbox)
  const knownApps = new KnownApps()
  const typing = new Typing(context, threads)
  const apps = new Apps(context, knownApps)
  const keys = new Keys(context)
  const agents = new Agents(context)
  const auth = new Auth(context, knownApps)
  const cannedReplies = new CannedReplies(context)
  const conversations = new Conversations(context, threads, views, lifecycle, announcements)
  const members = new MemberConversations(context, threads, views, conversations, outbox)
  const leaveEverything = members.leaveEverything.bind(members)
  onIdentitiesChanged(context, () => {
    threads.forgetAll()
    visitors.forgetAll()
    directory.forgetAll()
  })
  const directory = new Directory(context, knownApps, {
    announcements,
    outbox,
    lifecycle,
    leaveEverything,
  })
  return {
    agents,
    apps,
    attachments,
    audit: createAudit(context),
    auth,
    bot: new BotAdministration(context),
    botEngine: new BotEngine(context, threads, botDesk, botIntake),
    botRehearsals: new BotRehearsals(context, threads),
    cannedReplies,
    contacts: new Contacts(context, announcements, outbox, leaveEverything),
    conversations,
    directory,
    cursors,
    deliveries: new Deliveries(context),
    dispatcher: new Dispatcher(context),
    drills: new Drills(context, { apps, keys, agents, auth }),
    events: new EventStream(context, cursors, listeners),
    health: createHealth(context),
    history: new History(context, threads, views),
    keys,
    lifecycle,
    members,
    messages: new Messages(context, threads, lifecycle, announcements, outbox),
    messageTraces: new MessageTraces(context, threads),
    presence: new PresenceTracking(context, {
      threads,
      typing,
      outbox,
      missedPushes: new MissedPushes(context, threads, notices),
    }),
    provision: createProvision(context, { apps, keys, agents, auth, cannedReplies, webhooks }),
    positions: new QueuePositions(context, views),
    pushDispatcher: new PushDispatcher(context),
    vapidPublicKey: context.pushSender.vapidPublicKey,
    queue,
    queueInspections: new QueueInspections(context, queue),
    requeue: new Requeue(context, queue),
    routing: new Routing(context, threads, views),
    reactions: new Reactions(context, threads, outbox),
    receipts: new Receipts(context, threads),
    setup: new Setup(context, apps, keys, agents),
    stats: new Stats(context),
    typing,
    outbox,
    visitors,
    webhooks,
    limits: context.limits,
    clock: context.clock,
    measure: context.measure,
    tracing: context.tracing,
    report: context.report,
  }
}
export type Core = ReturnType<typeof createCore>
