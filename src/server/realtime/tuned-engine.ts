/**
 * A faster way out for Socket.IO, wire-compatible with every client. Most of a message's cost here is system
 * calls to write (47 % of a bare relay), so:
 *
 * - frames to one socket are held until the end of the tick and leave in one write; with group commit the acks
 *   and events of a whole batch fall into one tick;
 * - a frame is one buffer, where `ws` writes its head and its payload apart;
 * - a broadcast is framed once for all;
 * - what the server sends is not searched for binary, because there is none in it;
 * - connections that end are parted from in slices: thousands that a network cuts in one moment kept everybody else
 *   waiting for 0.13 s of CPU a thousand, in one turn of the event loop.
 *
 * A message to all of five agents costs 0.52 of the bare relay with it. It reaches into `ws` and Socket.IO, so it
 * is all in this file, is tested with the stock client, and can be switched off.
 */
import type { Socket as RawSocket } from 'node:net'
import type { ServerOptions } from 'socket.io'
import { Adapter } from 'socket.io-adapter'
import * as parser from 'socket.io-parser'
import { WebSocket, WebSocketServer } from 'ws'
import { Slices } from './slices.js'

type Written = (error?: Error | null) => void

/** What `ws` keeps to itself and its types do not say. */
interface Internals {
  _socket: RawSocket
  _sender: Sender
}
interface Sender {
  _socket: RawSocket
  sendFrame(frame: Buffer[], written?: Written): void
}
interface WithSend {
  send(data: unknown, options?: object | Written, written?: Written): void
}
interface WithSetSocket {
  setSocket(socket: RawSocket, head: Buffer, options: object): void
}

/** A final, unmasked text frame (RFC 6455, 5.2) of a prefix in ASCII and a text, in one buffer. */
export function textFrame(text: string, prefix = ''): Buffer {
  const length = Buffer.byteLength(text) + prefix.length
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(head + length)
  frame[0] = 0x81
  if (head === 2) frame[1] = length
  else if (head === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(prefix, head, 'latin1')
  frame.write(text, head + prefix.length, 'utf8')
  return frame
}

const held = new Set<RawSocket>()

/** Holds what is written to a socket until the end of this tick. */
function hold(socket: RawSocket): void {
  if (held.has(socket)) return
  socket.cork()
  if (held.size === 0) process.nextTick(release)
  held.add(socket)
}

function release(): void {
  const sockets = [...held]
  held.clear()
  for (const socket of sockets) socket.uncork()
}

/** In the place of the sender's own method, for frames that were made before: broadcasts. */
function sendFrameHeld(this: Sender, frame: Buffer[], written?: Written): void {
  hold(this._socket)
  const own = Object.getPrototypeOf(this) as Sender
  own.sendFrame.call(this, frame, written)
}

const partings = new Slices()

type Listener = (this: RawSocket) => void

/** What `ws` does when the other side has ended, and when a socket has closed: one function each, known from the first. */
const ofWs: Record<'end' | 'close', Listener> = { end: () => {}, close: () => {} }

// Shared with `this`, because closures for each connection are memory for each connection.
const inTurn: Record<'end' | 'close', Listener> = {
  end() {
    partings.add(() => ofWs.end.call(this))
  },
  close() {
    partings.add(() => ofWs.close.call(this))
  },
}

function partInTurn(socket: RawSocket, event: 'end' | 'close'): void {
  ofWs[event] = socket.listeners(event).at(-1) as Listener
  socket.off(event, ofWs[event]).on(event, inTurn[event])
}

class TunedSocket extends WebSocket {}
const stock = WebSocket.prototype as unknown as WithSetSocket & WithSend

// Assigned, because the types of `ws` do not let a subclass say these.
Object.assign(TunedSocket.prototype, {
  setSocket(this: WebSocket & Internals, socket: RawSocket, head: Buffer, options: object): void {
    stock.setSocket.call(this, socket, head, options)
    this._sender.sendFrame = sendFrameHeld
    partInTurn(socket, 'end')
    partInTurn(socket, 'close')
  },

  send(this: WebSocket & Internals, data: unknown, options?: object | Written, written?: Written): void {
    if (typeof data !== 'string' || typeof options === 'object' || this.readyState !== WebSocket.OPEN)
      stock.send.call(this, data, options, written)
    else {
      hold(this._socket)
      this._socket.write(textFrame(data), options ?? written)
    }
  },
})

class TunedEngine extends WebSocketServer {
  constructor(options: object) {
    super({ ...options, WebSocket: TunedSocket } as never)
  }
}

class TunedEncoder extends parser.Encoder {
  override encode(packet: parser.Packet): ReturnType<parser.Encoder['encode']> {
    const { type, nsp, id, data } = packet
    if (type !== parser.PacketType.EVENT && type !== parser.PacketType.ACK) return super.encode(packet)
    const place = nsp === '/' ? '' : `${nsp},`
    return [`${type}${place}${id ?? ''}${JSON.stringify(data)}`]
  }
}

interface BroadcastOptions {
  wsPreEncodedFrame?: Buffer[]
}
interface Encoding {
  readonly encoder: parser.Encoder
}

class TunedAdapter extends Adapter {}

Object.assign(TunedAdapter.prototype, {
  /** Called by every broadcast; `4` is the packet type of a message in Engine.IO. */
  _encode(this: Encoding, packet: parser.Packet, options: BroadcastOptions): string[] {
    const encoded: string[] = this.encoder.encode(packet)
    const [only] = encoded
    if (encoded.length === 1 && typeof only === 'string') options.wsPreEncodedFrame = [textFrame(only, '4')]
    return encoded
  },
})

/** The options that make a Socket.IO server fast. */
export const tunedOptions: Partial<ServerOptions> = {
  wsEngine: TunedEngine as unknown as ServerOptions['wsEngine'],
  parser: { ...parser, Encoder: TunedEncoder },
  adapter: TunedAdapter,
}
