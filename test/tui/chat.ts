import { startTestServer, type TestServer } from '../helpers/server.js'
import { type DeskOptions, openDesk, Visitor } from './desk.js'
import { Network } from './network.js'
import type { Tmux } from './tmux.js'

/** A chat that an agent has just accepted. */
export interface Chat {
  readonly server: TestServer
  /** Bo, who said hello. */
  readonly visitor: Visitor
  /** Between the desk and the server. */
  readonly network: Network
  readonly desk: Tmux
}

/** Plays a scene in a chat of its own, and clears everything away when it is over. */
export async function inChat(scene: (chat: Chat) => Promise<void>, options: DeskOptions = {}): Promise<void> {
  await using server = await startTestServer()
  await using visitor = await Visitor.comes(server.url, 'Bo', 'hello')
  await using network = await Network.to(server.url)
  await using desk = await openDesk(network.url, options)
  await desk.shows('Queue (1)')
  await desk.press('C-g')
  await desk.shows('You have Bo now')
  await scene({ server, visitor, network, desk })
}
