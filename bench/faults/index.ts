import { badNetwork } from './bad-network.js'
import type { Fault } from './fault.js'
import { fullDisk } from './full-disk.js'
import { kill } from './kill.js'
import { nodes } from './nodes/index.js'
import { powerLoss } from './power-loss/index.js'
import { reconnectStorm } from './reconnect-storm.js'
import { slowConsumers } from './slow-consumers.js'
import { slowDisk } from './slow-disk.js'

/** Everything that can be made to go wrong. */
export const faults: readonly Fault[] = [
  kill,
  powerLoss,
  fullDisk,
  slowDisk,
  slowConsumers,
  reconnectStorm,
  badNetwork,
  nodes,
]
