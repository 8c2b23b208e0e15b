import type { CoreContext } from '../context.js'
import type { Attachment } from '../model.js'
import type { Transaction } from '../ports.js'

/** Removes the files behind rows that this transaction removes, once it is certain that they are gone. */
export function forgetFiles(context: CoreContext, transaction: Transaction, removed: Attachment[]): void {
  const failed = (error: unknown) => context.report(error, 'removing the file of a deleted attachment')
  transaction.afterCommit(() => {
    for (const { storageKey } of removed) context.files.remove(storageKey).catch(failed)
  })
}
