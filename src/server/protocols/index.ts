import { handoff } from './handoff/index.js'
import { hybrid } from './hybrid/index.js'
import type { Protocol } from './protocol.js'
import { v1 } from './v1/index.js'

/** Every wire protocol that this server speaks. Handoff comes last: it takes whom no other recognises. */
export const protocols: readonly Protocol[] = [v1, hybrid, handoff]
