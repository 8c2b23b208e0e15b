import type { Fault } from './fault.js'
import { kill } from './kill.js'
import { powerLoss } from './power-loss/index.js'
import { slowConsumers } from './slow-consumers.js'

/** Everything that can be made to go wrong. */
export const faults: readonly Fault[] = [kill, powerLoss, slowConsumers]
