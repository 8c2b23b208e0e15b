import type { Gap } from './ports.js'

/** Whether it may also be about what every node hears: access, identities, what is written for the outside. */
export const isOfAllKinds = (gap: Gap): boolean => gap.of === 'everything' || gap.of === 'whole apps'

/** Whether all that happens in the app may be among it, and not only one conversation. */
export const isOfApp = (gap: Gap, appKey: number): boolean =>
  gap.of === 'everything' || (gap.of !== 'conversation' && gap.includes(appKey))
