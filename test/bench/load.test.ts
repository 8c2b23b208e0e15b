import { once } from 'node:events'
import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { afterAll, describe, expect, test } from 'vitest'
import { FrameReader } from '../../bench/load/frames.js'
import { Latencies } from '../../bench/load/latencies.js'
import { SocketIoConnection } from '../../bench/load/socket-io-connection.js'
import { linesOf, renderTable } from '../../bench/report.js'
import { median } from '../../bench/statistics.js'
import { until } from '../helpers/until.js'

describe('The load of the measurements', () => {
  const http = createServer()
  const io = new Server(http, { transports: ['websocket'] })
  const connections: SocketIoConnection[] = []
  afterAll(async () => {
    for (const connection of connections) connection.close()
    await io.close()
  })

  async function enter(): Promise<SocketIoConnection> {
    if (!http.listening) await once(http.listen(0, '127.0.0.1'), 'listening')
    const address = http.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const entrance = { port, path: '/socket.io/', namespace: '/room', auth: { name: 'Ana' } }
    const connection = new SocketIoConnection(entrance)
    connections.push(connection)
    await connection.entered()
    return connection
  }

  test('speaks with a stock Socket.IO server: its credentials, emits, acknowledgements and events arrive', async () => {
    const names: unknown[] = []
    io.of('/room').on('connection', (socket) => {
      names.push(socket.handshake.auth.name)
      socket.on('say', (text: string, acknowledge: (answer: object) => void) => {
        acknowledge({ ok: true })
        io.of('/room').emit('said', text)
      })
    })
    const connection = await enter()
    const acknowledged: number[] = []
    const events: string[] = []
    connection.onAck = (id) => acknowledged.push(id)
    connection.onEvent = (chunk, start, end) => events.push(chunk.toString('utf8', start, end))
    connection.emit(41, 'say', `"${'x'.repeat(200)}"`)
    connection.emit(42, 'say', '"short"')
    await until('both events', () => events.length === 2)
    expect(names).toEqual(['Ana'])
    expect(acknowledged).toEqual([41, 42])
    expect(events[0]).toHaveLength(211)
    expect(events[1]).toBe('["said","short"]')
  })

  test('reads frames of every length, however the network cuts them', () => {
    const texts = ['', 'a'.repeat(125), 'b'.repeat(126), 'c'.repeat(70_000)]
    const stream = Buffer.concat(texts.map(serverFrame))
    for (const size of [7, 1_000, stream.length]) {
      const seen: string[] = []
      const reader = new FrameReader((chunk, start, end) => seen.push(chunk.toString('latin1', start, end)))
      for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size))
      expect(seen).toEqual(texts)
    }
  })
})

function serverFrame(text: string): Buffer {
  const header = text.length < 126 ? 2 : text.length < 65_536 ? 4 : 10
  const frame = Buffer.alloc(header + text.length)
  frame[0] = 0x81
  frame[1] = header === 2 ? text.length : header === 4 ? 126 : 127
  if (header === 4) frame.writeUInt16BE(text.length, 2)
  if (header === 10) frame.writeBigUInt64BE(BigInt(text.length), 2)
  frame.write(text, header)
  return frame
}

describe('The figures of the measurements', () => {
  test('the median of an even number of values lies between the middle ones', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([9, 1, 5, 7])).toBe(6)
  })

  test('quantiles of latencies are right to ten microseconds', () => {
    const latencies = new Latencies()
    for (let n = 1; n <= 100; n += 1) latencies.add(n)
    expect(latencies.quantile(0.5)).toBeCloseTo(50, 1)
    expect(latencies.quantile(0.99)).toBeCloseTo(99, 1)
  })

  test('the table says for each measured goal whether it is met', () => {
    const lines = linesOf([
      { goal: 'ready', value: 0.9, detail: '' },
      { goal: 'rest', value: 0.31, detail: '28.0 µs, bare 90.0 µs' },
    ])
    expect(lines.map((line) => [line.id, line.met])).toEqual([
      ['rest', true],
      ['ready', false],
    ])
    expect(renderTable(lines)).toContain('0.31')
  })
})
