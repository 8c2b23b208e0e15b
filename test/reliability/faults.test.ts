import { expect, test } from 'vitest'
import { lineOf } from '../../bench/faults/fault.js'
import { faults } from '../../bench/faults/index.js'

// The long forms are run by hand: docs/faults.md.
for (const fault of faults.filter(({ byHand }) => byHand !== true)) {
  const missing = fault.missing?.() ?? null
  const forbidden = missing === null ? (fault.forbidden?.() ?? null) : null
  if (forbidden !== null) {
    // Nobody can install what a container forbids: it is said, and is no reason to refuse the whole run.
    process.stderr.write(`Left out: ${fault.name}, because ${forbidden}.\n`)
    continue
  }
  test.skipIf(missing !== null)(
    `what is promised is kept: ${fault.name}`,
    async ({ annotate }) => {
      const finding = await fault.run('short')
      await annotate(lineOf(fault.name, finding))
      expect(finding.breaches, lineOf(fault.name, finding)).toEqual([])
    },
    120_000,
  )
}
