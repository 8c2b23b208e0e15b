import { findExecutable } from './executables.js'

/** What a machine may lack and some tests need. */
const facilities = ['postgres', 'redis', 'browser', 'terminal'] as const
export type Facility = (typeof facilities)[number]

/** Facilities that this run does without, each with the reason. */
export type Skipped = Partial<Record<Facility, string>>

/** The names that Debian and others give to Chromium. */
export const browserNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * Decides what this run does without. Databases are only skipped when REPLYHQ_TEST_SKIP says so. A missing tmux or
 * browser is skipped and announced on a developer's machine, and refused where CI=true.
 */
export function decideSkipped(environment: NodeJS.ProcessEnv): Skipped {
  const skipped: Skipped = {}
  for (const facility of namedIn(environment.REPLYHQ_TEST_SKIP ?? ''))
    skipped[facility] = 'REPLYHQ_TEST_SKIP names it'
  const missing = missingPrograms().filter(([facility]) => skipped[facility] === undefined)
  if (environment.CI === 'true' && missing.length > 0) {
    throw new Error(`CI=true allows no missing programs: ${missing.map(([, reason]) => reason).join('; ')}.`)
  }
  for (const [facility, reason] of missing) skipped[facility] = reason
  return skipped
}

function namedIn(list: string): Facility[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map(toFacility)
}

function toFacility(name: string): Facility {
  const facility = facilities.find((known) => known === name)
  if (facility === undefined) {
    throw new Error(`REPLYHQ_TEST_SKIP names "${name}", which is none of: ${facilities.join(', ')}.`)
  }
  return facility
}

function missingPrograms(): [Facility, string][] {
  const missing: [Facility, string][] = []
  if (findExecutable(['tmux']) === undefined) missing.push(['terminal', 'tmux is not installed'])
  if (findExecutable(browserNames) === undefined) missing.push(['browser', 'no Chromium is installed'])
  return missing
}
