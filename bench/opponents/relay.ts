/**
 * The bare Socket.IO relay: a visitor emits with an acknowledgement, the server numbers the message and passes it on to
 * one room of agents. It validates what it must to be safe, and stores nothing. Options are those that make Socket.IO
 * fast: WebSocket only, no compression, nothing served beside it.
 */
import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { listen } from './listen.js'

interface VisitorMessage {
  conversationId: number
  localId: string
  text: string
}

const http = createServer((_request, response) => response.end('ok'))
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false })
const sequences = new Map<number, number>()

io.on('connection', (socket) => {
  if (socket.handshake.query.role === 'agent') socket.join('agents')
  socket.on('message', (input: unknown, acknowledge: (answer: object) => void) => {
    if (!isVisitorMessage(input)) return acknowledge({ ok: false })
    const sequence = (sequences.get(input.conversationId) ?? 0) + 1
    sequences.set(input.conversationId, sequence)
    const at = Date.now()
    acknowledge({ ok: true, sequence, at })
    io.to('agents').emit('message', {
      conversationId: input.conversationId,
      sequence,
      localId: input.localId,
      sender: 'visitor',
      type: 'text',
      text: input.text,
      at,
    })
  })
})

function isVisitorMessage(input: unknown): input is VisitorMessage {
  const message = input as Partial<VisitorMessage> | null
  return (
    typeof message?.localId === 'string' &&
    Number.isInteger(message.conversationId) &&
    typeof message.text === 'string' &&
    message.text.length <= 5_000
  )
}

listen(http)
