import type { z } from 'zod'
import type { ConversationView } from '../../../core/events.js'
import type { Core } from '../../../core/index.js'
import type { Staff } from '../../../core/principal.js'
import { socketEvent } from '../../socket-event.js'
import { type AdminSession, staffOf } from '../admin-session.js'
import { newStaffMessage } from '../new-message.js'
import { agent as agentSchema } from '../schemas/administration.js'
import { adminConversation as conversationSchema } from '../schemas/entities.js'
import { adminEvents as inputs } from '../schemas/events.js'
import { adminConversation } from '../wire.js'
import { agent } from '../wire-staff.js'
import { ackOf, done, ok, withMessage } from './acks.js'
import { messageAck } from './in-conversation.js'

const withConversation = ackOf({ conversation: conversationSchema })
const withHead = ackOf({ conversation: conversationSchema.nullable() })
const withAgent = ackOf({ agent: agentSchema })
const action = 'conversation.serve'

/** A move of a conversation: it answers with how the conversation stands now. */
function move<Input extends z.ZodType>(
  name: `conversation:${'claim' | 'release' | 'transfer' | 'close' | 'reopen'}`,
  summary: string,
  input: Input,
  act: (core: Core, staff: Staff, input: z.output<Input>) => Promise<ConversationView>,
) {
  return socketEvent<AdminSession, Input, typeof withConversation>({
    name,
    summary,
    action,
    input,
    ack: withConversation,
    async handle({ core, connection, input }) {
      const view = await act(core, staffOf(connection.session), input)
      return { ...ok, conversation: adminConversation(view) }
    },
  })
}

/** What staff do: they answer, take conversations and hand them on. */
export const moveEvents = [
  socketEvent<AdminSession, (typeof inputs)['message:send'], typeof withMessage>({
    name: 'message:send',
    summary: 'Send a message, or with visibility internal write a note',
    action,
    input: inputs['message:send'],
    ack: withMessage,
    async handle({ core, connection, input }) {
      const staff = staffOf(connection.session)
      const { message } = await core.messages.post(staff, input.conversation_id, newStaffMessage(input))
      return messageAck(core, staff, message)
    },
  }),
  move(
    'conversation:claim',
    'Take a conversation; exactly one agent gets it',
    inputs['conversation:claim'],
    (core, staff, input) => core.queue.claim(staff, input.conversation_id),
  ),
  socketEvent<AdminSession, (typeof inputs)['queue:next'], typeof withHead>({
    name: 'queue:next',
    summary: 'Take the head of the queue; null when nobody waits',
    action,
    input: inputs['queue:next'],
    ack: withHead,
    async handle({ core, connection }) {
      const view = await core.queue.claimNext(staffOf(connection.session))
      return { ...ok, conversation: view && adminConversation(view) }
    },
  }),
  socketEvent<AdminSession, (typeof inputs)['queue:decline'], typeof done>({
    name: 'queue:decline',
    summary: 'Decline a conversation that is offered; the next agent is asked',
    action,
    input: inputs['queue:decline'],
    ack: done,
    async handle({ core, connection, input }) {
      await core.routing.decline(staffOf(connection.session), input.conversation_id)
      return ok
    },
  }),
  move(
    'conversation:release',
    'Put a conversation back into the queue with its old waiting time',
    inputs['conversation:release'],
    (core, staff, input) => core.queue.release(staff, input.conversation_id),
  ),
  move(
    'conversation:transfer',
    'Give a conversation to an agent, or to the queue',
    inputs['conversation:transfer'],
    (core, staff, input) => {
      const { conversation_id, agent_id: agentId, priority, reason } = input
      return core.queue.transfer(staff, conversation_id, { agentId, priority, reason })
    },
  ),
  move(
    'conversation:close',
    'Close a conversation',
    inputs['conversation:close'],
    async (core, staff, input) => {
      await core.lifecycle.close(staff, input.conversation_id, input.reason)
      return core.conversations.get(staff, input.conversation_id)
    },
  ),
  move(
    'conversation:reopen',
    'Open a closed or snoozed conversation again',
    inputs['conversation:reopen'],
    async (core, staff, input) => {
      await core.lifecycle.reopen(staff, input.conversation_id)
      return core.conversations.get(staff, input.conversation_id)
    },
  ),
  socketEvent<AdminSession, (typeof inputs)['agent:status'], typeof withAgent>({
    name: 'agent:status',
    summary: 'Say whether one takes conversations',
    action,
    input: inputs['agent:status'],
    ack: withAgent,
    async handle({ core, connection, input }) {
      const changed = await core.agents.setAvailability(staffOf(connection.session), input.availability)
      return { ...ok, agent: agent(changed) }
    },
  }),
]
