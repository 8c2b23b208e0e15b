/** Load over sockets, in a process of its own: visitors that send and watchers that receive. See commands.ts. */
import { setTimeout as delay } from 'node:timers/promises'
import { answerCommands } from './answer.js'
import type { SocketCommand, SocketResult } from './commands.js'
import { connectVisitors, connectWatchers, type Sender } from './crowd.js'
import { Latencies } from './latencies.js'
import { Receipts } from './receipts.js'

type Connect = Extract<SocketCommand, { do: 'connect' }>

let senders: Sender[] = []
let received = 0
let watchers = 0

answerCommands<SocketCommand>((command) => {
  if (command.do === 'connect') return connectAll(command)
  if (command.do === 'saturate') return measure((round) => saturate(round, command.milliseconds))
  return measure((round) => pace(round, command.milliseconds, command.perSecond))
})

async function connectAll({ target, receiptsEvery, ...crowd }: Connect): Promise<void> {
  senders = await connectVisitors(target, crowd.visitors, crowd.conversations)
  const receipts = new Map<unknown, Receipts>()
  const connected = await connectWatchers(target, crowd.watchers, (connection, chunk, start, end) => {
    received += 1
    receipts.get(connection)?.note(chunk, start, end)
  })
  watchers = connected.length
  if (receiptsEvery === 0) return
  for (const connection of connected) receipts.set(connection, new Receipts(connection, receiptsEvery))
}

/** The messages of one measurement. */
class Round {
  readonly latencies = new Latencies()
  acknowledged = 0
  inFlight = 0

  /** Sends the sender's next message; one of its messages is under way at a time, so its own clock is enough. */
  send(sender: Sender, onAck: () => void): void {
    const at = performance.now()
    sender.sent += 1
    this.inFlight += 1
    sender.connection.onAck = () => {
      this.latencies.add(performance.now() - at)
      this.acknowledged += 1
      this.inFlight -= 1
      onAck()
    }
    sender.connection.emit(sender.sent, sender.visitor.event, sender.visitor.message(sender.sent))
  }
}

async function measure(drive: (round: Round) => Promise<void>): Promise<SocketResult> {
  const round = new Round()
  const before = received
  const start = performance.now()
  await drive(round)
  while (round.inFlight > 0) await delay(1)
  const milliseconds = performance.now() - start
  await allReceived(before + round.acknowledged * watchers)
  return {
    messages: round.acknowledged,
    received: received - before,
    milliseconds,
    latency: { p50: round.latencies.quantile(0.5), p99: round.latencies.quantile(0.99) },
  }
}

/** Waits for the last events, so that their cost counts in the round that caused them; gives up when none come. */
async function allReceived(expected: number): Promise<void> {
  let last = received
  for (let idle = 0; received < expected && idle < 200; idle = received === last ? idle + 1 : 0) {
    last = received
    await delay(10)
  }
}

async function saturate(round: Round, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds
  const next = (sender: Sender) => {
    if (performance.now() < end) round.send(sender, () => next(sender))
  }
  for (const sender of senders) next(sender)
  await delay(milliseconds)
}

async function pace(round: Round, milliseconds: number, perSecond: number): Promise<void> {
  const start = performance.now()
  const free = [...senders]
  let sent = 0
  for (let elapsed = 0; elapsed < milliseconds; elapsed = performance.now() - start) {
    const due = Math.floor((elapsed * perSecond) / 1_000)
    for (; sent < due; sent += 1) {
      const sender = free.shift()
      if (sender === undefined)
        throw new Error(`The server cannot keep up with ${perSecond} messages a second.`)
      round.send(sender, () => free.push(sender))
    }
    await delay(1)
  }
}
