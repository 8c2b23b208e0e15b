/** Load over sockets, in a process of its own: visitors that send and watchers that receive. See commands.ts. */
import { setTimeout as delay } from 'node:timers/promises'
import { answerCommands } from './answer.js'
import type { AskResult, ReturnResult, SocketCommand, SocketResult } from './commands.js'
import { ask, comeBack, connectVisitors, connectWatchers, type Sender } from './crowd.js'
import { Latencies } from './latencies.js'
import { Receipts } from './receipts.js'
import type { SocketIoConnection } from './socket-io-connection.js'
import type { Target } from './targets.js'

type Connect = Extract<SocketCommand, { do: 'connect' }>
type Ask = Extract<SocketCommand, { do: 'ask' }>

/** A sender with where it may be and who hears it. */
interface Member {
  readonly sender: Sender
  readonly targets: Connect['targets']
  /** Which of the targets it is on. */
  place: number
  readonly watchers: number
}

const members: Member[] = []
let received = 0

answerCommands<SocketCommand>((command) => {
  if (command.do === 'connect') return connectCrowd(command)
  if (command.do === 'return') return returnAll()
  if (command.do === 'ask') return askAll(command)
  if (command.do === 'saturate') return measure((round) => saturate(round, command.milliseconds))
  return measure((round) => pace(round, command.milliseconds, command.perSecond))
})

async function connectCrowd({ targets, visitors, watchers, receiptsEvery, conversations }: Connect) {
  for (const [place, target] of targets.entries()) {
    const senders = await connectVisitors(target, shareOf(visitors, targets, place), conversations)
    members.push(...senders.map((sender) => ({ sender, targets, place, watchers })))
    await watch(target, shareOf(watchers, targets, place), receiptsEvery)
  }
}

/** How many of `count` the target at `place` gets. */
function shareOf(count: number, { length }: readonly Target[], place: number): number {
  return Math.floor(count / length) + (place < count % length ? 1 : 0)
}

async function watch(target: Target, count: number, receiptsEvery: number): Promise<void> {
  const receipts = new Map<SocketIoConnection, Receipts>()
  const connected = await connectWatchers(target, count, (connection, chunk, start, end) => {
    received += 1
    receipts.get(connection)?.note(chunk, start, end)
  })
  if (receiptsEvery === 0) return
  for (const connection of connected) receipts.set(connection, new Receipts(connection, receiptsEvery))
}

async function returnAll(): Promise<ReturnResult> {
  const start = performance.now()
  await Promise.all(members.map(moveOn))
  return { visitors: members.length, milliseconds: performance.now() - start }
}

async function moveOn(member: Member): Promise<void> {
  member.place = (member.place + 1) % member.targets.length
  const { port } = member.targets[member.place] ?? member.targets[0]
  member.sender.connection = await comeBack(member.sender, port)
}

async function askAll({ event, argumentsJson, times }: Ask): Promise<AskResult> {
  for (let time = 0; time < times; time += 1)
    await Promise.all(members.map(({ sender }) => ask(sender.connection, event, argumentsJson)))
  return { answers: members.length * times }
}

/** The messages of one measurement. */
class Round {
  readonly latencies = new Latencies()
  acknowledged = 0
  inFlight = 0
  expected = 0

  /** Sends the sender's next message; one of its messages is under way at a time, so its own clock is enough. */
  send({ sender, watchers }: Member, onAck: () => void): void {
    const at = performance.now()
    sender.sent += 1
    this.inFlight += 1
    sender.connection.onAck = () => {
      this.latencies.add(performance.now() - at)
      this.acknowledged += 1
      this.expected += watchers
      this.inFlight -= 1
      onAck()
    }
    sender.connection.emit(sender.sent, sender.visitor.event, sender.visitor.message(sender.sent))
  }
}

async function measure(drive: (round: Round) => Promise<boolean>): Promise<SocketResult> {
  const round = new Round()
  const before = received
  const start = performance.now()
  const keptUp = await drive(round)
  while (round.inFlight > 0) await delay(1)
  const milliseconds = performance.now() - start
  await allReceived(before + round.expected)
  return {
    messages: round.acknowledged,
    received: received - before,
    expected: round.expected,
    milliseconds,
    keptUp,
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

/** Like `pace`, says whether the server kept up; here it does by definition. */
async function saturate(round: Round, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds
  const next = (member: Member) => {
    if (performance.now() < end) round.send(member, () => next(member))
  }
  for (const member of members) next(member)
  await delay(milliseconds)
  return true
}

/** Ends early, with false, when every visitor waits for an acknowledgement and the next message is due. */
async function pace(round: Round, milliseconds: number, perSecond: number): Promise<boolean> {
  const start = performance.now()
  const free = [...members]
  let sent = 0
  for (let elapsed = 0; elapsed < milliseconds; elapsed = performance.now() - start) {
    const due = Math.floor((elapsed * perSecond) / 1_000)
    for (; sent < due; sent += 1) {
      const member = free.shift()
      if (member === undefined) return false
      round.send(member, () => free.push(member))
    }
    await delay(1)
  }
  return true
}
