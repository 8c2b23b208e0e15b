import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Place {
  host: string
  /** 0 takes a free one. */
  port: number
  /** What the operator chooses the port with. */
  setting: '--port' | 'WS_PORT'
}

/** Listens, and gives the port. Throws an Error with a sentence for the operator. */
export function listen(server: Server, place: Place): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, place)))
    server.listen(place.port, place.host, () => resolve((server.address() as AddressInfo).port))
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
