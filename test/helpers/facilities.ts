import { describe, inject } from 'vitest'
import { findExecutable } from '../setup/executables.js'
import { browserNames, type Facility } from '../setup/facilities.js'

/** A suite that needs something a machine may lack; skipped where the run does without it, and the summary says so. */
export function describeWith(facility: Facility, title: string, suite: () => void): void {
  describe.skipIf(inject('skipped')[facility] !== undefined)(title, suite)
}

/** Path of the Chromium that browser tests drive. */
export function browserPath(): string {
  const path = findExecutable(browserNames)
  if (path === undefined) throw new Error('No Chromium is installed: apt-get install chromium.')
  return path
}
