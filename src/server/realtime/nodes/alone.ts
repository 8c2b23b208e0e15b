import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Clock } from '../../core/ports.js'
import { createMemoryBus } from '../memory-bus.js'
import { createMemoryPresence } from '../memory-presence.js'
import { lingerMs, type Nodes } from './nodes.js'

/** A node that shares nothing with others. */
export const aloneNode = (clock: Clock, report: (error: unknown, doing: string) => void): Nodes => ({
  bus: createMemoryBus(report),
  presence: createMemoryPresence(clock, lingerMs),
  redis: () => 'unused',
  counter: ({ name, points, seconds }) =>
    new RateLimiterMemory({ keyPrefix: name, points, duration: seconds }),
  question: () => async () => [],
  async [Symbol.asyncDispose]() {},
})
