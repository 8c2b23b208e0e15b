import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import express from 'express'
import helmet from 'helmet'
import { proxy } from './proxy.js'
import { beginSession, endSession, signedIn, signedInUser } from './sessions.js'
import { settings, users } from './settings.js'
import { syncUsers } from './sync.js'
import { signToken } from './tokens.js'
import { webhooks } from './webhooks.js'

const chatSocket = settings.chatPublicUrl.origin.replace(/^http/, 'ws')
const socketClient = dirname(createRequire(import.meta.url).resolve('socket.io-client/package.json'))
const page = fileURLToPath(new URL('public', import.meta.url))

const app = express()
app.use(
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'", settings.chatPublicUrl.origin, chatSocket],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
      },
    },
  }),
)

app.use('/webhooks', webhooks)
app.use('/api', proxy)

app.get('/session', async (request, response) => {
  const user = await signedInUser(request)
  response.set('Cache-Control', 'no-store').json({ user: user ?? null, users: users.map(card) })
})

// A click signs in, since this is a demonstration: yours asks for a password here. Other sites cannot send JSON to it.
app.post('/session', express.json(), async (request, response) => {
  const user = users.find(({ id }) => id === request.body?.userId)
  if (user === undefined) return void response.sendStatus(400)
  await beginSession(response, user.id)
  response.sendStatus(204)
})

app.delete('/session', (_request, response) => {
  endSession(response)
  response.sendStatus(204)
})

app.get('/chat-token', signedIn, async (_request, response) => {
  const token = await signToken(response.locals.user, settings.tokenSeconds)
  response.set('Cache-Control', 'no-store').json({ token, url: settings.chatPublicUrl.origin })
})

app.use('/socket.io-client', express.static(join(socketClient, 'dist')))
app.use(express.static(page))

const server = app.listen(settings.port, settings.host, (error) => {
  if (error) throw error
  console.log(`The host serves http://${settings.host}:${settings.port}`)
})
void syncUsers()

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close(() => process.exit(0)))

/** What everybody may know of a user. @param {import('./settings.js').User} user */
function card({ id, name }) {
  return { id, name }
}
