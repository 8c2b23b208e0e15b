import { handoff } from './handoff/index.js'
import type { Protocol } from './protocol.js'
import { v1 } from './v1/index.js'

/** Every wire protocol that this server speaks. */
export const protocols: readonly Protocol[] = [v1, handoff]
