import { expect, test } from 'vitest'
import { lineOf } from '../../bench/faults/fault.js'
import { faults } from '../../bench/faults/index.js'

// The long forms are run by hand: docs/faults.md.
for (const fault of faults) {
  const missing = fault.missing?.() ?? null
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
