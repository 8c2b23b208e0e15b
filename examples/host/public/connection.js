import { io } from '/socket.io-client/socket.io.esm.min.js'

/**
 * @typedef {import('../wire.js').Heard} Heard
 * @typedef {import('../wire.js').Said} Said
 * @typedef {'connecting' | 'connected' | 'offline'} Status
 */

/** What the chat service refused, in its own words. */
export class Refusal extends Error {
  /** @param {{ code?: string, message?: string }} refused */
  constructor({ code, message }) {
    super(message ?? 'The server refused.')
    this.code = code ?? 'internal'
  }
}

/**
 * A call to the host, which passes those under `/api` on to the chat service.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export async function rest(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Refusal(refusedIn(text))
  return text === '' ? undefined : JSON.parse(text)
}

/** @param {string} text */
function refusedIn(text) {
  try {
    return JSON.parse(text)
  } catch {
    return { message: 'The server gave no answer that this page knows.' }
  }
}

const ACK_TIMEOUT = 8_000
const AGAIN_AFTER = 1_000

/** The socket, straight to the chat service. It comes again by itself, each time with a token that is new. */
export class Connection {
  /** @type {import('socket.io-client').Socket<Heard, Said>} */
  socket
  /** @type {Status} */
  status = 'connecting'
  #onStatus
  #onSignedOut

  /**
   * @param {string} url
   * @param {{ onStatus: () => void, onSignedOut: () => void }} listeners
   */
  constructor(url, { onStatus, onSignedOut }) {
    this.#onStatus = onStatus
    this.#onSignedOut = onSignedOut
    this.socket = io(url, {
      auth: (give) => void this.#newToken().then((token) => give({ token })),
      transports: ['websocket', 'polling'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
    })
    this.socket.on('connected', () => this.#become('connected'))
    this.socket.on('connect_error', () => this.#lost())
    this.socket.on('disconnect', () => this.#lost())
  }

  /**
   * Sends and waits for the ack. Rejects with a Refusal, or with another error when no ack came: whether it was heard is
   * not known then, and sending the same again is right.
   * @template {keyof Said} Event
   * @param {Event} event
   * @param {Parameters<Said[Event]>[0]} payload
   * @returns {Promise<any>}
   */
  async ask(event, payload) {
    const socket = /** @type {any} */ (this.socket)
    const answer = await socket.timeout(ACK_TIMEOUT).emitWithAck(event, payload)
    if (answer?.ok === false) throw new Refusal(answer.error)
    return answer
  }

  /**
   * Says something that is only worth saying now.
   * @param {'typing:start' | 'typing:stop' | 'recording:start' | 'recording:stop'} event
   * @param {string} conversationId
   */
  mention(event, conversationId) {
    if (this.socket.connected) this.socket.emit(event, { conversationId })
  }

  /** Resolves when the service has greeted this page. */
  async ready() {
    while (this.status !== 'connected')
      await new Promise((resolve) => {
        this.socket.once('connected', () => resolve(undefined))
      })
  }

  close() {
    this.socket.close()
  }

  async #newToken() {
    try {
      return (await rest('GET', '/chat-token')).token
    } catch (error) {
      if (error instanceof Refusal && error.code === 'unauthorized') this.#onSignedOut()
      return '' // the service refuses this one, and the page comes again
    }
  }

  // A service that refuses a token or closes a socket means it: the library comes again only after other losses.
  #lost() {
    this.#become('offline')
    if (!this.socket.active) setTimeout(() => this.socket.connect(), AGAIN_AFTER)
  }

  /** @param {Status} status */
  #become(status) {
    this.status = status
    this.#onStatus()
  }
}
