/**
 * A bare Express 5 that takes a JSON message, validates it and answers 201 with it, and stores nothing. What Express
 * does for comfort and a JSON API does not need (X-Powered-By, ETag) is off.
 */
import { createServer } from 'node:http'
import express, { type Request } from 'express'
import { listen } from './listen.js'

const app = express()
app.disable('x-powered-by')
app.set('etag', false)
const sequences = new Map<string, number>()

app.post(
  '/v1/conversations/:id/messages',
  express.json({ limit: '64kb' }),
  (request: Request<{ id: string }>, response) => {
    const { local_id, body } = request.body as { local_id?: unknown; body?: unknown }
    if (typeof local_id !== 'string' || typeof body !== 'string' || body.length > 5_000) {
      response.status(400).json({ error: { code: 'invalid_request' } })
      return
    }
    const { id } = request.params
    const sequence = (sequences.get(id) ?? 0) + 1
    sequences.set(id, sequence)
    response
      .status(201)
      .json({ message: { local_id, conversation_id: id, sequence, body, created_at: Date.now() } })
  },
)

app.get('/health', (_request, response) => {
  response.end('ok')
})

listen(createServer(app))
