/**
 * Measures the goals of docs/performance.md side by side with bare servers and prints what came out.
 * `--quick` takes under two minutes, `--only <scenario,…>` some of it, `--json` prints for machines.
 */
import { parseArgs } from 'node:util'
import { linesOf, machine, renderTable } from './report.js'
import { FULL, type Measurement, QUICK, type Scenario } from './scenario.js'
import { scenarios } from './scenarios/index.js'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})

function chosen(): readonly Scenario[] {
  const names = options.only?.split(',')
  const unknown = names?.find((name) => !scenarios.some((scenario) => scenario.name === name))
  if (unknown !== undefined) {
    const known = scenarios.map((scenario) => scenario.name).join(', ')
    throw new Error(`There is no scenario "${unknown}". Choose from: ${known}.`)
  }
  return scenarios.filter((scenario) => names?.includes(scenario.name) ?? scenario.onlyByName !== true)
}

const measurements: Measurement[] = []
const tables: string[] = []
for (const scenario of chosen()) {
  process.stderr.write(`${scenario.name} …\n`)
  try {
    measurements.push(...(await scenario.run(options.quick ? QUICK : FULL, (text) => tables.push(text))))
  } catch (error) {
    // The others are still worth having; the exit code says that the table has a hole.
    process.stderr.write(`${scenario.name} failed: ${error instanceof Error ? error.stack : error}\n`)
    process.exitCode = 1
  }
}
const lines = linesOf(measurements)
console.log(
  options.json
    ? JSON.stringify({ machine: machine(), goals: lines }, null, 2)
    : [...(lines.length > 0 ? [renderTable(lines)] : []), ...tables].join('\n\n'),
)
