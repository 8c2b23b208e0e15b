import type { Server } from 'node:http'

/** Listens on a free loopback port, prints `READY <port>` and ends the process on SIGTERM. */
export function announce(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (address !== null && typeof address === 'object') console.log(`READY ${address.port}`)
  })
  process.on('SIGTERM', () => process.exit(0))
}
