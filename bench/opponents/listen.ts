import type { Server } from 'node:http'

/** Listens on the loopback port that the environment names; ends the process on SIGTERM. */
export function listen(server: Server): void {
  server.listen(Number(process.env.PORT), '127.0.0.1')
  process.on('SIGTERM', () => process.exit(0))
}
