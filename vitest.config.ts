import { defineConfig } from 'vitest/config'
import { SummaryReporter } from './test/setup/summary-reporter.js'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/global-setup.ts'],
    // Native addons (better-sqlite3, argon2) and process-wide state are happier in processes than in threads.
    pool: 'forks',
    maxWorkers: 2,
    // Generous, because a busy machine is no fault of the code; each wait inside a test has its own deadline.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', new SummaryReporter()],
  },
})
