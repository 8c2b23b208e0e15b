import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { BotOutcome } from '../core/bot/turn.js'
import type { SenderType } from '../core/model.js'
import type { Measurement } from '../core/ports/measure.js'

type Attempt = Extract<Measurement, { name: 'delivery' }>

// A message on a quiet machine is answered in two milliseconds; ten seconds is when clients give up.
const answerBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const waitBuckets = [1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600]
const batchBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** Every series of `/metrics` beside those of the process itself. */
export function makeInstruments(registry: Registry) {
  const instruments = define([registry])
  const { messages, deliveries, turns, tokens } = instruments
  for (const sender of senders) messages.inc({ sender }, 0)
  for (const outcome of attempts) deliveries.zero({ outcome })
  for (const outcome of turnOutcomes) turns.zero({ outcome })
  for (const direction of ['in', 'out']) tokens.inc({ direction }, 0)
  return instruments
}

// Prometheus counts from the first value that it reads: of a series that begins with its first event, that one is lost.
const senders: readonly SenderType[] = ['contact', 'agent', 'bot', 'system']
const attempts: readonly Attempt['outcome'][] = ['arrived', 'failed', 'dead']
const turnOutcomes: readonly BotOutcome[] = ['answered', 'transferred', 'unavailable', 'superseded']

function define(registers: Registry[]) {
  return {
    messages: new Counter({
      name: 'replyhq_messages_total',
      help: 'Messages stored by this node',
      labelNames: ['sender'],
      registers,
    }),
    events: new Histogram({
      name: 'replyhq_event_seconds',
      help: 'From an event of a client to its answer',
      labelNames: ['event', 'refused'],
      buckets: answerBuckets,
      registers,
    }),
    requests: new Histogram({
      name: 'replyhq_request_seconds',
      help: 'From a request over REST to its answer',
      labelNames: ['route', 'refused'],
      buckets: answerBuckets,
      registers,
    }),
    commits: new Histogram({
      name: 'replyhq_commit_seconds',
      help: 'One commit of the database, with the work in it',
      buckets: answerBuckets,
      registers,
    }),
    batches: new Histogram({
      name: 'replyhq_commit_transactions',
      help: 'Transactions that one commit carried',
      buckets: batchBuckets,
      registers,
    }),
    claims: new Histogram({
      name: 'replyhq_queue_wait_seconds',
      help: 'How long a conversation waited until an agent took it',
      buckets: waitBuckets,
      registers,
    }),
    deliveries: new Histogram({
      name: 'replyhq_delivery_seconds',
      help: 'Attempts to deliver to the outside',
      labelNames: ['outcome'],
      buckets: answerBuckets,
      registers,
    }),
    turns: new Histogram({
      name: 'replyhq_bot_turn_seconds',
      help: "From a visitor's message to the end of the bot's turn",
      labelNames: ['outcome'],
      buckets: waitBuckets,
      registers,
    }),
    tokens: new Counter({
      name: 'replyhq_bot_tokens_total',
      help: 'Tokens that bots used',
      labelNames: ['direction'],
      registers,
    }),
    busLag: new Histogram({
      name: 'replyhq_bus_lag_seconds',
      help: 'From an event on another node to its being told here',
      buckets: answerBuckets,
      registers,
    }),
    legacyConnections: new Counter({
      name: 'replyhq_legacy_connections_total',
      help: 'Connections over the raw WebSocket of older clients',
      registers,
    }),
    connections: new Gauge({
      name: 'replyhq_connections',
      help: 'Sockets on this node',
      labelNames: ['path', 'namespace'],
      registers,
    }),
    waiting: new Gauge({
      name: 'replyhq_queue_waiting',
      help: 'Conversations that wait for an agent',
      labelNames: ['priority'],
      registers,
    }),
    longestWait: new Gauge({
      name: 'replyhq_queue_longest_wait_seconds',
      help: 'How long the first of those who wait has waited',
      registers,
    }),
    outstanding: new Gauge({
      name: 'replyhq_deliveries',
      help: 'Deliveries that are to be tried, or were put aside',
      labelNames: ['state'],
      registers,
    }),
  }
}

export type Instruments = ReturnType<typeof makeInstruments>
