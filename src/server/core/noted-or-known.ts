import type { CoreContext } from './context.js'
import { AppError } from './errors.js'

/** Somebody who came: written down in one way, found in another. */
interface Coming<Found> {
  note(): Promise<Found>
  known(): Promise<Found | undefined>
}

/**
 * What `note` gives; where nothing can be written, as on a full disk, what is `known`, because reading has to go on.
 * Throws what `note` threw when that is no `unavailable`, or nothing is known.
 */
export async function notedOrKnown<Found>(
  context: Pick<CoreContext, 'report'>,
  doing: string,
  { note, known }: Coming<Found>,
): Promise<Found> {
  try {
    return await note()
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable') throw error
    const found = await known().catch(() => undefined)
    if (found === undefined) throw error
    context.report(error, doing)
    return found
  }
}
