import type { CoreContext } from '../context.js'
import type { Transaction } from '../ports.js'

/** How often the last use of a key or token is written down: each write would cost a commit. */
export const lastUsePrecisionMs = 60_000

/** Writes a use down. Where that cannot be, as on a full disk, who shows the key gets in: reading has to go on. */
export async function noteUse(
  context: CoreContext,
  write: (transaction: Transaction) => Promise<void>,
): Promise<void> {
  try {
    await context.store.transaction(write)
  } catch (error) {
    context.report(error, 'noting the last use of a key')
  }
}
