/**
 * Lets things go wrong around a server and says what became of its promises: `npm run faults -- kill`, all of them
 * without a name. `--short` takes seconds each, `--long` what docs/faults.md quotes, `--json` prints for machines.
 */
import { parseArgs } from 'node:util'
import { type Extent, type Fault, lineOf } from './fault.js'
import { faults } from './index.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const extent: Extent = values.short ? 'short' : values.long ? 'long' : 'middling'

function chosen(): readonly Fault[] {
  const unknown = positionals.find((name) => !faults.some((fault) => fault.name === name))
  if (unknown === undefined)
    return faults.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  throw new Error(
    `There is no fault "${unknown}". Choose from: ${faults.map(({ name }) => name).join(', ')}.`,
  )
}

async function run(fault: Fault): Promise<void> {
  const missing = fault.missing?.() ?? fault.forbidden?.() ?? null
  if (missing !== null) {
    process.stderr.write(`${fault.name}: not run, because ${missing}\n`)
    process.exitCode = 1
    return
  }
  process.stderr.write(`${fault.name} …\n`)
  const finding = await fault.run(extent)
  console.log(
    values.json ? JSON.stringify({ name: fault.name, extent, ...finding }) : lineOf(fault.name, finding),
  )
  if (finding.breaches.length > 0) process.exitCode = 1
}

for (const fault of chosen()) await run(fault)
