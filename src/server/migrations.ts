/** What may be done to a database before an instance opens it. */
export { type CopiedTable, type CopyProgress, copyDatabase } from './store/copy.js'
export { migrate, migrationStatus } from './store/migrate.js'
