import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Place {
  host: string
  /** 0 takes a free one. */
  port: number
  /** What the operator chooses the port with. */
  setting: '--port' | 'WS_PORT'
}

/**
 * How many connections the kernel keeps until they are taken, where it allows that many (net.core.somaxconn). Past it
 * a client's first packet is dropped and comes again after 1, 3, 7, 15, 31 s: with Node's 511 that, and not the server's
 * work, is what the last of 5,000 clients waited for that came back at once (61.7 s). Each turn of the event loop takes
 * one (libuv 1.45 and later), so who waits here holds up nobody.
 */
const backlog = 4_096

/** Listens, and gives the port. Throws an Error with a sentence for the operator. */
export function listen(server: Server, place: Place): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, place)))
    server.listen({ port: place.port, host: place.host, backlog }, () =>
      resolve((server.address() as AddressInfo).port),
    )
  })
}

function explain(error: NodeJS.ErrnoException, { host, port, setting }: Place): Error {
  const place = `${host}:${port}`
  if (error.code === 'EADDRINUSE')
    return new Error(
      `${place} is taken by another program. Stop it, or choose another port with ${setting}.`,
      { cause: error },
    )
  if (error.code === 'EACCES')
    return new Error(`Listening on ${place} is not allowed. Choose a port above 1023 with ${setting}.`, {
      cause: error,
    })
  return new Error(`Cannot listen on ${place}: ${error.message}. Check --host and ${setting}.`, {
    cause: error,
  })
}
