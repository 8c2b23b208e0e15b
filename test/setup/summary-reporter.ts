import { writeSync } from 'node:fs'
import type { SerializedError } from 'vitest'
import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node'

/**
 * Ends the output with what a reader must not miss: which servers were used, what was skipped and why, and, alone on
 * the last line, `N passed, N failed` with `, N skipped` where some were.
 */
export class SummaryReporter implements Reporter {
  #vitest: Vitest | undefined
  // A run that dies before its tests, in the global setup for instance, is a failure too.
  #lines: string[] = ['0 passed, 1 failed']

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
    // Written while the process ends, because other reporters and the teardown print after the tests.
    process.once('exit', () => writeSync(1, `${this.#lines.join('\n')}\n`))
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    if (modules.length === 0 && reason === 'failed') return
    this.#lines = ['', ...this.#environment(), countLine(modules, unhandled.length)]
  }

  #environment(): string[] {
    const context = this.#vitest?.getRootProject().getProvidedContext()
    const servers = Object.entries(context?.servers ?? {}).map(([name, origin]) => `${name} (${origin})`)
    const skipped = Object.entries(context?.skipped ?? {}).map(
      ([facility, reason]) => `SKIPPED: every test that needs ${facility}, because ${reason}.`,
    )
    return [`Real servers used: ${servers.join(', ') || 'none was asked for'}`, ...skipped]
  }
}

function countLine(modules: readonly TestModule[], unhandled: number): string {
  const counts = { passed: 0, failed: unhandled, skipped: 0 }
  for (const module of modules) {
    // A file that cannot be loaded holds no tests, and still it failed.
    counts.failed += module.errors().length
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      counts[state === 'pending' ? 'skipped' : state] += 1
    }
  }
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`
}
