/** What may be done to a database before an instance opens it. */
export { migrate, migrationStatus } from './store/migrate.js'
